import { crawl } from '../test.ts';
import { type Colour, contrast, distance, expectInk, seen } from './ink.ts';
import { keys, run } from './tab.ts';
import { expect, faults, test, textOf, use, visit } from './test.ts';

/** A run of four epochs. */
const four = 'runs/mlp/';

test('every page loads without a complaint, asks no other host, and nothing on it is cut off', async ({
  tab,
  home,
  request,
}) => {
  test.setTimeout(180_000);
  const { pages } = await crawl(request, home);
  expect(pages.length).toBeGreaterThan(15);
  for (const { address } of pages) {
    await visit(tab, address);
    const wrong = await run(tab, () => {
      const wide = document.documentElement.scrollWidth > innerWidth ? ['the page is too wide'] : [];
      const broken = [...document.images]
        .filter(({ complete, naturalWidth }) => complete && naturalWidth === 0)
        .map(({ src }) => `${src} is no picture`);
      const cut = [...document.querySelectorAll('.equation .scroll')]
        .filter((box) => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)
        .map(({ ariaLabel }) => `${ariaLabel} is cut off`);
      return document.querySelector('h1')?.checkVisibility() ? [...wide, ...broken, ...cut] : ['no heading'];
    });
    expect.soft([...wrong, ...(await faults(tab))], address).toEqual([]);
  }
});

test('the page that is open is marked in the navigation', async ({ tab, home }) => {
  await visit(tab, `${home}compare/`);
  const mark = await run(tab, () => {
    const style = getComputedStyle(document.querySelector('nav [aria-current]') as Element);
    return [style.textDecorationLine, style.textDecorationThickness];
  });
  expect(mark).toEqual(['underline', '2px']);
});

test('the player moves with keys, slider and buttons, and plays to the end', async ({ tab, home }) => {
  await visit(tab, home + four);
  const caption = () => textOf(tab, '.stage [data-caption]');
  await expect.poll(caption).toBe('Epoch 4');
  await tab.press(keys.Home);
  await expect.poll(caption).toBe('Epoch 0');
  await tab.press(keys.ArrowRight);
  await expect.poll(caption).toBe('Epoch 1');
  await use(tab, 'epoch-player input[type=range]', '3');
  await expect.poll(caption).toBe('Epoch 3');
  await use(tab, '[data-action=back]');
  await expect.poll(caption).toBe('Epoch 2');
  await use(tab, 'epoch-player [data-speed]', '4');
  await use(tab, 'epoch-player [data-action=play]');
  await expect.poll(caption).toBe('Epoch 4');
  await expect.poll(() => run(tab, () => document.querySelector('[data-playing]'))).toBeNull();
  expect(await faults(tab)).toEqual([]);
});

test('the line of digits on the first page is ink on paper', async ({ tab, home }) => {
  await visit(tab, home);
  const last = () => textOf(tab, 'learning-line li:last-child');
  // The page's script makes both.
  await expect.poll(last).toMatch(/^\d+$/);
  await expect.poll(() => textOf(tab, 'learning-line [data-caption]')).toBe(`Epoch ${await last()}`);
  await expect.poll(async () => contrast(await seen(tab, 'learning-line canvas', 28))).toBeGreaterThan(120);
});

test('what the sampler draws is ink on paper', async ({ tab, home }) => {
  await expectInk(tab, home + four, 4);
});

test('the sampler’s legends stand under their rules', async ({ tab, home }) => {
  await visit(tab, home + four);
  const placed = await run(tab, () =>
    [...document.querySelectorAll('.sampler legend')].map((legend) => {
      const { borderTopWidth } = getComputedStyle(legend);
      const fieldset = legend.parentElement as Element;
      return [
        borderTopWidth,
        getComputedStyle(fieldset).borderTopWidth,
        Math.round(legend.getBoundingClientRect().width - fieldset.getBoundingClientRect().width),
      ];
    }),
  );
  expect(placed).toEqual([
    ['1px', '0px', 0],
    ['1px', '0px', 0],
  ]);
});

test('a wipe shows one grid on the left of its border and the other on the right', async ({ tab, home }) => {
  await visit(tab, `${home}compare/?a=mlp&b=mlp&ea=0&eb=4&view=wipe`);
  const surface = '.wipe-surface';
  const pictures = '.wipe .ink img';
  await expect.poll(() => run(tab, (all) => document.querySelectorAll(all).length, pictures)).toBe(2);
  const at = async (share: string) => {
    await use(tab, '[name=wipe]', share);
    return await seen(tab, surface, 50);
  };
  const [first, half, second] = [await at('100'), await at('50'), await at('0')];
  /** All but the handle in the middle. */
  const left = (picture: readonly Colour[]) => picture.filter((_, i) => i % 50 < 22);
  const right = (picture: readonly Colour[]) => picture.filter((_, i) => i % 50 > 27);
  expect(distance(left(first), left(second))).toBeGreaterThan(30);
  expect(distance(left(half), left(first))).toBeLessThan(3);
  expect(distance(right(half), right(second))).toBeLessThan(3);
  expect(await faults(tab)).toEqual([]);
});
