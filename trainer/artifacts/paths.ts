/** The picture of an evaluation: samples above the training digits that they are most like. */
export const nearestPath = 'nearest.png';

/** Where an epoch's files lie inside the run: `epochs/0007.png`, `models/0007/model.json`. */
export function epochPaths(epoch: number) {
  const number = String(epoch).padStart(4, '0');
  return {
    grid: `epochs/${number}.png`,
    rawGrid: `epochs/${number}-raw.png`,
    model: `models/${number}/model.json`,
    weights: `models/${number}/weights.bin`,
  };
}

/** The files that are not an epoch's. */
const single: ReadonlySet<string> = new Set(['history.json', 'reals.png', nearestPath]);

/**
 * Whether a run's record may list this path: only what Inkling writes there is read or published, so that no run
 * brings pages, scripts or a server's settings along.
 */
export function isRunPath(path: string): boolean {
  if (single.has(path)) return true;
  const [, number] = /^(?:epochs|models)\/(\d{4,6})\b/.exec(path) ?? [];
  return number !== undefined && Object.values(epochPaths(Number(number))).includes(path);
}
