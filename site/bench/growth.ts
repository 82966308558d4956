export interface Measurement {
  readonly runs: number;
  readonly seconds: number;
  readonly pages: number;
  readonly files: number;
}

/** Growth counts as linear while a run of the last ones costs at most this many times the average of those before. */
const tolerance = 1.5;

/** What one more run costs between each pair of neighbouring measurements, in seconds. */
export function marginalSeconds(measurements: readonly Measurement[]): number[] {
  return measurements.slice(1).map((later, i) => {
    const earlier = measurements[i] ?? later;
    return (later.seconds - earlier.seconds) / (later.runs - earlier.runs);
  });
}

/** How a build grows with its runs, in a sentence. Fewer than three measurements tell nothing. */
export function growthWords(measurements: readonly Measurement[]): string {
  const costs = marginalSeconds(measurements);
  const before = measurements.at(-2);
  const last = costs.at(-1);
  if (costs.length < 2 || !before || last === undefined) return 'Too few counts to tell how it grows.';
  const each = costs.map((cost) => `${cost.toFixed(3)} s`).join(', then ');
  const linear = last <= (before.seconds / before.runs) * tolerance;
  return `One more run costs ${each}: ${linear ? 'linear' : 'worse than linear'}.`;
}

/** The measurements as lines of a table. */
export function tableLines(measurements: readonly Measurement[]): string[] {
  const row = (cells: readonly (string | number)[]) => cells.map((cell) => String(cell).padStart(9)).join('');
  return [
    row(['runs', 'seconds', 'pages', 'files', 's/run']),
    ...measurements.map(({ runs, seconds, pages, files }) =>
      row([runs, seconds.toFixed(1), pages, files, (seconds / runs).toFixed(3)]),
    ),
  ];
}
