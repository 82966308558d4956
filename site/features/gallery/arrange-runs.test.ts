import { expect, test } from 'vitest';
import { arrangeRuns, type Card, type Wish } from './arrange-runs.ts';

const card = (name: string, more: Partial<Card> = {}): Card => ({
  name,
  recipe: 'mlp',
  status: 'finished',
  device: 'Some CPU, 2 threads',
  seconds: 10,
  score: undefined,
  ...more,
});
const broken = card('broken', { recipe: '', status: 'broken', device: '', seconds: undefined });
/** Newest first, as the server writes them. */
const cards = [
  card('run-10', { seconds: 5, score: 9 }),
  card('run-2', { recipe: 'dcgan-64', seconds: 60, device: 'NVIDIA H100' }),
  card('run-1', { recipe: 'conditional', status: 'diverged', score: 3 }),
  broken,
];
const arranged = (wish: Partial<Wish>) =>
  arrangeRuns(cards, { sort: 'newest', recipe: '', status: '', words: '', ...wish }).map(({ name }) => name);

test.each([
  ['newest', ['run-10', 'run-2', 'run-1', 'broken']],
  ['name', ['broken', 'run-1', 'run-2', 'run-10']],
  ['recipe', ['run-1', 'run-2', 'run-10', 'broken']],
  ['time', ['run-10', 'run-1', 'run-2', 'broken']],
  ['score', ['run-1', 'run-10', 'run-2', 'broken']],
  ['constructor', ['run-10', 'run-2', 'run-1', 'broken']],
])('sorted by %s', (sort, names) => {
  expect(arranged({ sort })).toEqual(names);
});

test('runs are kept by recipe, by status and by the words they contain', () => {
  expect(arranged({ recipe: 'mlp' })).toEqual(['run-10']);
  expect(arranged({ status: 'broken' })).toEqual(['broken']);
  expect(arranged({ words: ' h100  RUN ' })).toEqual(['run-2']);
  expect(arranged({ words: 'h100 mlp' })).toEqual([]);
});
