import { loadPicture } from '../../features/cursor/frames.ts';
import { query } from '../../island.ts';
import { withBase } from '../../with-base.ts';
import { type Comparison, canWipe, differentLatents, frameAt, type Side } from './comparison.ts';

/** Fills the figures that the server wrote for every side, and says what the pictures have not in common. */
export function showSides(root: HTMLElement, { sides, view }: Comparison): void {
  const note = differentLatents(sides.map(({ run }) => run));
  const latents = query(root, '[data-latents]', HTMLElement);
  latents.textContent = note ?? '';
  latents.hidden = note === undefined;
  const wiped = view === 'wipe' && canWipe(sides);
  query(root, '.wipe', HTMLElement).hidden = !wiped;
  const row = query(root, '.sides', HTMLElement);
  row.hidden = wiped;
  row.setAttribute('data-count', String(sides.length));
  for (const figure of root.querySelectorAll<HTMLElement>('figure[data-side]')) {
    const { side: own } = figure.dataset;
    const side = sides.find(({ letter }) => letter === own);
    figure.hidden = side === undefined;
    if (side) showSide(figure, side);
  }
}

function showSide(figure: HTMLElement, side: Side): void {
  const { run, epoch } = side;
  const frame = frameAt(run, epoch);
  query(figure, '[data-epoch]', HTMLElement).textContent = `Epoch ${frame.epoch}`;
  query(figure, '[data-nearest]', HTMLElement).textContent =
    frame.epoch === epoch ? '' : `its nearest to epoch ${epoch}`;
  const link = query(figure, 'a', HTMLAnchorElement);
  link.textContent = run.name;
  link.href = withBase(`runs/${run.name}/?epoch=${frame.epoch}`);
  void paint(figure, side);
}

/** The picture that each figure shows or waits for. */
const wanted = new WeakMap<HTMLElement, string>();

/** Shows the picture once it is whole, unless another is wanted by then. */
async function paint(figure: HTMLElement, { run, epoch }: Side): Promise<void> {
  const { url, words } = frameAt(run, epoch);
  if (wanted.get(figure) === url) return;
  wanted.set(figure, url);
  await loadPicture(url);
  if (wanted.get(figure) !== url) return;
  const { rows, columns } = run.latents;
  const image = figure.querySelector('img') ?? new Image();
  image.width = columns * run.cell;
  image.height = rows * run.cell;
  image.alt = words;
  image.src = url;
  if (!image.isConnected) query(figure, '.ink', HTMLElement).append(image);
}
