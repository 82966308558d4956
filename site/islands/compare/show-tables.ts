import { alignRows, differs, type Row, type Side } from './comparison.ts';
import { html } from './draw.ts';
import { letterMark } from './letter-mark.ts';

/** Lays what is known of the runs side by side: the settings that differ, the scores, and what each run is. */
export function showTables(root: Element, sides: readonly Side[]): void {
  const runs = sides.map(({ run }) => run);
  const settings = alignRows(runs.map((run) => run.settings)).filter(differs);
  const scores = alignRows(runs.map((run) => run.scores));
  const facts = alignRows(runs.map((run) => run.facts));
  root.replaceChildren(
    ...(scores.length > 0 ? [table('Scores', sides, scores)] : []),
    settings.length > 0
      ? table('Settings that differ', sides, settings)
      : html('p', {}, 'Every setting is the same.'),
    table('The runs', sides, facts),
  );
}

function table(label: string, sides: readonly Side[], rows: readonly Row[]): HTMLElement {
  const heads = sides.map(({ letter, run }) =>
    html('th', { scope: 'col' }, letterMark(letter), html('span', {}, run.name)),
  );
  return html(
    'section',
    { class: 'scroll', tabindex: 0, 'aria-label': label },
    html(
      'table',
      { class: 'differences' },
      html('caption', {}, label),
      html('thead', {}, html('tr', {}, html('td'), ...heads)),
      html('tbody', {}, ...rows.map(tableRow)),
    ),
  );
}

function tableRow(row: Row): HTMLElement {
  const { label, meaning, values } = row;
  const name = meaning ? [html('code', {}, label), html('small', {}, meaning)] : [label];
  return html(
    'tr',
    differs(row) ? {} : { class: 'same' },
    html('th', { scope: 'row' }, ...name),
    ...values.map((value) => html('td', {}, value ?? '–')),
  );
}
