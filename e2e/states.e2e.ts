import { brokenRun, incompleteRun, misnamedRun, states } from './fixtures.ts';
import { expect, test } from './test.ts';

test('a run that diverged says so and what to try', async ({ page }) => {
  await page.goto(`runs/${states.diverged.name}/`);
  await expect(page.locator('.status')).toHaveText('diverged');
  await expect(page.getByText(states.diverged.message)).toBeVisible();
  await expect(page.getByText(/The last good epoch is kept/)).toBeVisible();
});

test('a run that was stopped says so', async ({ page }) => {
  await page.goto(`runs/${states.stopped.name}/`);
  await expect(page.locator('.status')).toHaveText('stopped early');
  await expect(page.getByText(states.stopped.message)).toBeVisible();
});

test('a run that is being trained says so and shows what there is', async ({ page }) => {
  await page.goto(`runs/${states.running.name}/`);
  await expect(page.locator('.status')).toHaveText('still training');
  await expect(page.getByText('not yet')).toBeVisible();
  await expect(page.locator('.screen img')).toBeVisible();
});

test('a run that was killed is cut off, on its card and on its page, which says how it goes on', async ({
  page,
}) => {
  const { name } = states.cutOff;
  await page.goto('');
  const card = page.locator('.card', { has: page.getByRole('heading', { name }) });
  await expect(card.locator('.status')).toHaveText('cut off');
  await page.goto(`runs/${name}/`);
  await expect(page.locator('.status')).toHaveText('cut off');
  await expect(page.getByText(`npm run train -- --resume ${name}`)).toBeVisible();
});

for (const [name, file] of [
  [brokenRun, 'run.json'],
  [incompleteRun, 'reals.png'],
] as const) {
  test(`${name} names ${file} as its fault, on its card and on its page`, async ({ page }) => {
    const fault = new RegExp(`${name}/${file}`);
    await page.goto('');
    const card = page.locator('.card', { has: page.getByRole('heading', { name }) });
    await expect(card).toContainText(fault);
    await expect(card.locator('.status')).toHaveText('cannot be read');
    await page.goto(`runs/${name}/`);
    await expect(page.getByText(fault)).toBeVisible();
  });
}

test('a folder that is not named as a run has a card and takes nothing down', async ({ page }) => {
  await page.goto('');
  const card = page.locator('.card', { has: page.getByRole('heading', { name: misnamedRun }) });
  await expect(card).toContainText(`The folder ${misnamedRun} is not named as a run`);
});

test('checkpoints are not published, records and models are', async ({ page, home }) => {
  const { name } = states.stopped;
  const status = async (path: string) => (await page.request.get(`${home}data/${name}/${path}`)).status();
  expect(await status('run.json')).toBe(200);
  expect(await status('history.json')).toBe(200);
  expect(await status('models/0000/model.json')).toBe(200);
  const listed = await (await page.request.get(`${home}data/${name}/run.json`)).text();
  expect(listed).not.toContain('checkpoint');
  expect(await status('checkpoint.safetensors')).toBe(404);
});
