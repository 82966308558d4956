import process from 'node:process';
import { type FlagTable, optionName } from './flag.ts';

/** The flags of a table, one a line in two columns, descriptions wrapped to the width. */
export function formatFlags(table: FlagTable, { width = pageWidth() }: { width?: number } = {}): string {
  const rows = Object.entries(table).map(([name, { placeholder, description, shownDefault }]) => ({
    left: `  --${optionName(name)}${placeholder === null ? '' : ` ${placeholder}`}`,
    right: description + (shownDefault === null ? '' : ` (default: ${shownDefault})`),
  }));
  return formatColumns([...rows, { left: '  --help', right: 'show this' }], width);
}

/** Two columns; a left entry too long for its column stands on a line of its own. */
export function formatColumns(rows: readonly { left: string; right: string }[], width = pageWidth()): string {
  const widest = Math.min(30, Math.max(...rows.map(({ left }) => left.length)));
  const indent = ' '.repeat(widest + 2);
  return rows
    .map(({ left, right }) => {
      const lines = wrap(right, width - indent.length);
      const fits = left.length <= widest;
      const first = fits ? `${left.padEnd(widest)}  ${lines[0] ?? ''}`.trimEnd() : left;
      return [first, ...lines.slice(fits ? 1 : 0).map((line) => indent + line)].join('\n');
    })
    .join('\n');
}

/** Of the terminal, as far as lines are good to read. */
function pageWidth(): number {
  return Math.min(100, process.stdout.columns || 100);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
