import { readParameter, writeParameters } from '../../address.ts';
import { createStore } from '../../island.ts';
import { loadPicture } from '../ink/load-picture.ts';
import { cursor } from './cursor.ts';

/** Whose digits are seen, where a run has both: the generator's with averaged weights (EMA) or with them as they are. */
const kinds = ['averaged', 'raw'] as const;
type Weights = (typeof kinds)[number];

export const weights = createStore<Weights>();

/** Shows the digits of other weights and has the address say so; what is not known becomes averaged. */
export function chooseWeights(wanted: string | null): void {
  const kind = kinds.find((candidate) => candidate === wanted) ?? 'averaged';
  const written = kind === 'averaged' ? null : kind;
  if (readParameter('weights') !== written) writeParameters({ weights: written ?? undefined });
  weights.set(kind);
}

/** One published epoch: its grid by the weights that are chosen when it is asked, and that grid in words. */
export interface Frame {
  readonly epoch: number;
  readonly url: string;
  readonly words: string;
  /** Whether it shows averaged weights for want of those that are chosen. */
  readonly lacksWeights: boolean;
}

/** The frames that the server wrote as a contact sheet, in order: the one source of what the page can show. */
export function readFrames(root: ParentNode = document): Frame[] {
  return [...root.querySelectorAll<HTMLAnchorElement>('a[data-epoch]')].map((link) => {
    const other = link.parentElement?.querySelector<HTMLAnchorElement>('a[data-raw]');
    const raw = () => (weights.value === 'raw' ? other : undefined);
    return {
      epoch: Number(link.dataset.epoch),
      get url() {
        return (raw() ?? link).href;
      },
      get words() {
        return raw()?.dataset.raw ?? link.querySelector('img')?.alt ?? '';
      },
      get lacksWeights() {
        return weights.value === 'raw' && !other;
      },
    };
  });
}

/** Calls `listener` with the frame at the cursor whenever it, or its weights, change. */
export function followFrame(listener: (frame: Frame) => void): void {
  const show = () => {
    const frame = readFrames().find(({ epoch }) => epoch === cursor.value);
    if (frame) listener(frame);
  };
  cursor.follow(show);
  weights.follow(show);
}

/** Shows a frame once it is loaded; false, and nothing shown, when another or other weights are wanted by then. */
export async function paint(image: HTMLImageElement, frame: Frame): Promise<boolean> {
  const { url } = frame;
  await loadPicture(url);
  if (cursor.value !== frame.epoch || frame.url !== url) return false;
  // The picture is in the cache: decoding it at once leaves no blank between two frames.
  image.decoding = 'sync';
  image.src = url;
  return true;
}

/** Puts an epoch's values into every `<data data-key>` inside `root`. */
export function showValues(root: ParentNode, epoch: number): void {
  for (const value of root.querySelectorAll('data')) {
    const { key = '' } = value.dataset;
    value.textContent = valueAt(epoch, key);
  }
}

/** The value as the table of numbers words it; a dash where that epoch has none, as epoch 0 has not. */
function valueAt(epoch: number, key: string): string {
  const cell = document.querySelector(`tr[data-epoch="${epoch}"] > [data-key="${CSS.escape(key)}"]`);
  return cell?.textContent ?? '–';
}
