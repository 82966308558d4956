import { formatFigure } from '../../format.ts';
import { query } from '../../island.ts';
import { element, type Markup, toHtml } from '../../markup.ts';
import { withBase } from '../../with-base.ts';
import { drawChart } from '../curves/draw.ts';
import type { Series } from '../curves/layout.ts';
import { placeCursor } from '../curves/place-cursor.ts';
import { loadPicture } from '../ink/load-picture.ts';
import {
  alignRows,
  type Comparison,
  canWipe,
  compareCharts,
  differentLatents,
  differs,
  frameAt,
  type Row,
  type Side,
} from './comparison.ts';
import { letterMark } from './letters.ts';

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

/** Puts every control where the comparison is: one slider for all sides while linked, else one for each. */
export function showControls(root: HTMLElement, { sides, linked, view }: Comparison): void {
  const input = (selector: string) => query(root, selector, HTMLInputElement);
  input('[name=link]').checked = linked;
  input(`[name=view][value=${view}]`).checked = true;
  input('[name=view][value=wipe]').disabled = !canWipe(sides);
  query(root, '.linked', HTMLElement).hidden = !linked;
  query(root, '.unlinked', HTMLElement).hidden = linked;
  for (const label of root.querySelectorAll<HTMLElement>('label[data-slider]')) {
    const { slider } = label.dataset;
    const side = sides.find(({ letter }) => letter === slider);
    label.hidden = side === undefined;
    if (!side) continue;
    const published = side.run.frames.map(({ epoch }) => epoch);
    place(query(label, 'input', HTMLInputElement), published, frameAt(side.run, side.epoch).epoch);
  }
}

function place(slider: HTMLInputElement, stops: readonly number[], epoch: number): void {
  slider.max = String(stops.length - 1);
  slider.value = String(stops.indexOf(epoch));
  slider.setAttribute('aria-valuetext', `epoch ${epoch}`);
}

/** Draws the curves of all sides over one another; returns what moves their cursors. */
export function drawCharts(root: Element, sides: readonly Side[]): (comparison: Comparison) => void {
  const specs = compareCharts(sides);
  const nothing = element('p', {}, 'None of these runs has ended an epoch yet, so there is nothing to draw.');
  root.innerHTML =
    specs.length > 0 ? specs.map((spec) => drawChart(spec, { cursors: 'each' })).join('') : toHtml(nothing);
  return (comparison) => {
    for (const [i, { series }] of specs.entries()) {
      const chart = root.children[i];
      if (chart) for (const side of comparison.sides) moveSide(chart, series, side);
    }
  };
}

/** Puts a side's cursor where its picture is, and the value there into the legend. */
function moveSide(chart: Element, series: readonly Series[], { letter, run, epoch }: Side): void {
  const shown = frameAt(run, epoch).epoch;
  const points = series.find(({ key }) => key === letter)?.points;
  const value = points?.find(([x]) => x === shown)?.[1];
  query(chart, `data[data-key=${letter}]`, HTMLElement).textContent =
    value === undefined ? '–' : formatFigure(value);
  placeCursor(chart, shown, letter);
}

/** Lays what is known of the runs side by side: the settings that differ, the scores, and what each run is. */
export function showTables(root: Element, sides: readonly Side[]): void {
  const runs = sides.map(({ run }) => run);
  const settings = alignRows(runs.map((run) => run.settings)).filter(differs);
  const scores = alignRows(runs.map((run) => run.scores));
  const facts = alignRows(runs.map((run) => run.facts));
  const tables = [
    ...(scores.length > 0 ? [table('Scores', sides, scores)] : []),
    settings.length > 0
      ? table('Settings that differ', sides, settings)
      : element('p', {}, 'Every setting is the same.'),
    table('The runs', sides, facts),
  ];
  root.innerHTML = tables.map(toHtml).join('');
}

function table(label: string, sides: readonly Side[], rows: readonly Row[]): Markup {
  const heads = sides.map(({ letter, run }) =>
    element('th', { scope: 'col' }, letterMark(letter), element('span', {}, run.name)),
  );
  return element(
    'section',
    { class: 'scroll', tabindex: 0, 'aria-label': label },
    element(
      'table',
      { class: 'differences' },
      element('caption', {}, label),
      element('thead', {}, element('tr', {}, element('td'), ...heads)),
      element('tbody', {}, ...rows.map(tableRow)),
    ),
  );
}

function tableRow(row: Row): Markup {
  const { label, meaning, values } = row;
  const name = meaning ? [element('code', {}, label), element('small', {}, meaning)] : [label];
  return element(
    'tr',
    { class: differs(row) ? undefined : 'same' },
    element('th', { scope: 'row' }, ...name),
    ...values.map((value) => element('td', {}, value ?? '–')),
  );
}
