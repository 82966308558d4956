import sharp from 'sharp';
import { run, type Tab } from './tab.ts';
import { expect, faults, textOf, use, visit } from './test.ts';

export type Colour = readonly [number, number, number];

/** The colours of an element as they are on the screen, `size` × `size` of them whatever its own size. */
export async function seen(tab: Tab, selector: string, size: number): Promise<Colour[]> {
  const box = await run(
    tab,
    async (place) => {
      const element = document.querySelector(place);
      if (!element) throw new Error(`There is no ${place}.`);
      element.scrollIntoView({ block: 'center', behavior: 'instant' });
      // Twice: the first may be the one that is being painted.
      await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
      const { left, top, width, height } = element.getBoundingClientRect();
      return {
        left: Math.round(left),
        top: Math.round(top),
        width: Math.round(width),
        height: Math.round(height),
      };
    },
    selector,
  );
  const data = await sharp(await tab.screenshot())
    .extract(box)
    .removeAlpha()
    .resize(size, size, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  return Array.from(
    { length: size * size },
    (_, i) => [...data.subarray(3 * i, 3 * i + 3)] as unknown as Colour,
  );
}

/** How far two pictures are apart: the mean over all colours, of 255. */
export function distance(a: readonly Colour[], b: readonly Colour[]): number {
  const all = b.flat();
  return a.flat().reduce((sum, value, i) => sum + Math.abs(value - (all[i] ?? 0)), 0) / all.length;
}

/** From the darkest to the lightest of a picture, of 255: far for ink on paper, nothing for a veil. */
export function contrast(picture: readonly Colour[]): number {
  const lights = picture.map(([r, g, b]) => (r + g + b) / 3);
  return Math.max(...lights) - Math.min(...lights);
}

/** What the sampler of a run draws is on the screen as the trainer's own grid is, and another seed's is another. */
export async function expectInk(tab: Tab, address: string, epoch: number): Promise<void> {
  await visit(tab, `${address}?epoch=${epoch}`);
  await expect.poll(() => textOf(tab, '.stage [data-caption]')).toBe(`Epoch ${epoch}`);
  const trained = await seen(tab, '.screen img', 100);
  expect(contrast(trained)).toBeGreaterThan(120);
  await run(tab, () => document.querySelector('live-sampler')?.scrollIntoView());
  const drawn = () => run(tab, () => document.querySelector('live-sampler')?.hasAttribute('data-drawn'));
  await expect.poll(drawn).toBe(true);
  // The two ends of the walk are marked in its corners, and its pixels are of another size.
  expect(distance(await seen(tab, '.sampled canvas', 100), trained)).toBeLessThan(12);
  const strip = () => seen(tab, '[data-strip]', 60);
  const before = await strip();
  expect(contrast(before)).toBeGreaterThan(120);
  await use(tab, '[name=seed]', '7');
  await expect.poll(() => textOf(tab, 'live-sampler [data-caption]')).toBe(`Epoch ${epoch}, seed 7`);
  expect(distance(await strip(), before)).toBeGreaterThan(2);
  expect(await faults(tab)).toEqual([]);
}
