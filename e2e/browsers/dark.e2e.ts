import { expectInk } from './ink.ts';
import { run } from './tab.ts';
import { expect, test } from './test.ts';

test.use({ scheme: 'dark' });

test('in dark colours too, what the sampler draws is ink on paper', async ({ tab, home }) => {
  await expectInk(tab, `${home}runs/mlp/`, 4);
  expect(await run(tab, () => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
});
