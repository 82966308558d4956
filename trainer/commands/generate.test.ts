import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDigits } from '../data/digits.ts';
import { originalNames } from '../data/find-files.ts';
import { parseIdxImages, parseIdxLabels } from '../data/idx-fixture.ts';
import { decodeGreyPng } from '../export/png-fixture.ts';
import { toy } from '../gan/toy-fixture.ts';
import { tinyName, trainTiny } from '../session/train-fixture.ts';
import { endOf, runCommand } from './command-fixture.ts';
import { generate } from './generate.ts';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-'));
  await trainTiny({ artifacts: at('classes'), recipe: toy, chosen: { epochs: 3, modelEvery: 2 } });
  await trainTiny({ artifacts: at('plain'), chosen: { epochs: 1, limit: 16 } });
});
afterAll(() => rm(folder, { recursive: true }));

const draw = (artifacts: 'classes' | 'plain', ...flags: string[]) =>
  runCommand({ generate }, 'generate', '--run', tinyName, '--artifacts', at(artifacts), ...flags);

describe('the generate command', () => {
  it('writes every digit in turn as an MNIST data set', async () => {
    const { code, out } = await draw('classes', '--format', 'idx', '--count', '1203', '--out', at('idx'));
    expect(code).toBe(0);
    const written = Object.values(originalNames).map((name) => `${at('idx')}/${name}`);
    expect(out).toBe(`1,203 digits of tiny, 201 more to test by, epoch 3, seed 1: ${written.join(', ')}\n`);
    const images = parseIdxImages(await readFile(at('idx/train-images-idx3-ubyte')), 'images');
    const labels = parseIdxLabels(await readFile(at('idx/train-labels-idx1-ubyte')), 'labels');
    expect(images).toHaveLength(1203 * 784);
    expect([...labels]).toEqual(Array.from({ length: 1203 }, (_, i) => i % 10));
    expect(new Set(images).size).toBeGreaterThan(20);
  });

  it('writes the same digits whatever the format and however many', async () => {
    await draw('plain', '--format', 'npy', '--count', '7', '--out', at('seven.npy'));
    await draw('plain', '--format', 'idx', '--count', '12', '--out', at('twelve'));
    await draw('plain', '--format', 'png', '--count', '7', '--out', at('pngs'));
    await draw('plain', '--format', 'grid', '--count', '9', '--out', at('grid.png'));
    const npy = (await readFile(at('seven.npy'))).subarray(-7 * 784);
    const idx = parseIdxImages(await readFile(at('twelve/train-images-idx3-ubyte')), 'images');
    expect(npy.equals(idx.subarray(0, 7 * 784))).toBe(true);
    const third = await decodeGreyPng(at('pngs/00002.png'));
    expect(third.pixels).toEqual([...idx.subarray(2 * 784, 3 * 784)]);
    const grid = await decodeGreyPng(at('grid.png'));
    expect([grid.width, grid.height, grid.pixels.slice(0, 28)]).toEqual([84, 84, [...idx.subarray(0, 28)]]);
  });

  it('draws the test digits from the indices after the others, and their classes from the first on', async () => {
    await draw('classes', ...'--format idx --count 13 --test 5 --out'.split(' '), at('set'));
    await draw('classes', ...'--format idx --count 20 --test 0 --out'.split(' '), at('straight'));
    const [set, straight] = [await loadDigits({ dir: at('set') }), await loadDigits({ dir: at('straight') })];
    expect([...set.test.labels]).toEqual([0, 1, 2, 3, 4]);
    expect([straight.train.count, straight.test.count]).toEqual([20, 0]);
    expect(set.train.images).toEqual(straight.train.images.subarray(0, 13 * 784));
    expect(set.test.images).not.toEqual(set.train.images.subarray(0, 5 * 784));
    await draw('plain', ...'--format idx --count 4 --test 2 --out'.split(' '), at('plain-set'));
    await draw('plain', ...'--format idx --count 6 --test 0 --out'.split(' '), at('plain-straight'));
    const images = async (name: string) => {
      const { train, test } = await loadDigits({ dir: at(name) });
      return [...train.images, ...test.images];
    };
    expect(await images('plain-set')).toEqual(await images('plain-straight'));
  });

  it.each([
    ['classes', '1', ''],
    ['classes', '3', '--test 30'],
    ['classes', '5', '--digit 9'],
    ['plain', '2', ''],
  ] as const)(
    'writes a whole set of %s and %s digits %s, which is then read as --data',
    async (from, count, more) => {
      const out = at(`few-${from}-${count}`);
      const flags = more === '' ? [] : more.split(' ');
      const said = await draw(from, '--format', 'idx', '--count', count, '--out', out, ...flags);
      expect(said.code).toBe(0);
      const { train, test } = await loadDigits({ dir: out });
      expect(train.count).toBe(Number(count));
      expect(test.count).toBe(more.startsWith('--test') ? 30 : 1);
      const note = "\ntiny was not told the digits' classes, so every label is 0.\n";
      expect(said.out.endsWith(note)).toBe(from === 'plain');
    },
  );

  it('draws one digit on demand, of the epoch and seed asked for', async () => {
    const ask = (name: string, ...flags: string[]) =>
      draw('classes', '--count', '5', '--digit', '7', '--format', 'npy', '--out', at(name), ...flags);
    expect((await ask('a.npy', '--epoch', '2')).out).toContain('5 digits of tiny, epoch 2, seed 1: ');
    await ask('b.npy');
    await ask('c.npy', '--seed', '99');
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => readFile(at(`${name}.npy`))));
    expect(a!.equals(b!) || b!.equals(c!)).toBe(false);
    expect([...(await readFile(at('c-labels.npy'))).subarray(-5)]).toEqual([7, 7, 7, 7, 7]);
  });

  it('overwrites only with --force', async () => {
    const ask = (...flags: string[]) => draw('plain', '--count', '4', '--out', at('forced.png'), ...flags);
    expect((await ask()).code).toBe(0);
    const refused = await ask('--seed', '5');
    expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/exists already; .*--force\.\n$/) });
    const before = await readFile(at('forced.png'));
    expect((await ask('--seed', '5', '--force')).code).toBe(0);
    expect((await readFile(at('forced.png'))).equals(before)).toBe(false);
  });

  it.each([
    [
      'plain',
      '--digit 3',
      "tiny was not told the digits' classes, so it can't draw 3 on demand; leave out --digit.",
    ],
    ['classes', '--epoch 1', 'tiny has no generator of epoch 1; it has those of the epochs 0, 2, 3.'],
    [
      'plain',
      '--format npy --test 5',
      '--test is of --format idx, which has files to test by, and this is npy;',
    ],
    ['plain', '--format idxx', '--format takes one of idx, npy, png, grid, not "idxx".'],
    [
      'plain',
      '--out picture.jpg',
      'The output picture.jpg is to be a file whose name ends in .png; name it so.',
    ],
    ['plain', '--count 10001', 'A grid of 10001 digits is too large to look at; ask for 10000 at most'],
  ] as const)('refuses of %s: %s', async (artifacts, flags, sentence) => {
    const before = (await readdir(folder)).sort();
    const { code, err } = await draw(artifacts, ...flags.split(' '));
    expect(code).toBe(2);
    expect(err).toContain(sentence);
    expect((await readdir(folder)).sort()).toEqual(before);
  });

  it('takes no more memory for sixty thousand digits than for six thousand', async () => {
    const module = JSON.stringify(new URL('./generate.ts', import.meta.url).href);
    const flags = `--run ${tinyName} --count 60000 --test 0 --format idx`.split(' ');
    const where = ['--artifacts', at('plain'), '--out', at('many')];
    // Samples the resident size, and how much is written, while the digits stream.
    await writeFile(
      at('sampled.ts'),
      `
      import { readdirSync, statSync } from 'node:fs';
      import { generate } from ${module};
      const folder = process.argv[2]!;
      const samples: object[] = [];
      const sample = () => {
        const bytes = readdirSync(folder).map((name) => statSync(folder + '/' + name).size);
        samples.push({ written: Math.max(0, ...bytes), resident: process.memoryUsage.rss() });
      };
      const timer = setInterval(() => { try { sample(); } catch {} }, 40);
      await generate.run(process.argv.slice(3));
      clearInterval(timer);
      sample();
      console.log(JSON.stringify(samples));
    `,
    );
    const node = [at('sampled.ts'), at('many'), ...flags, ...where];
    const { code, out } = await endOf(
      spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    expect(code).toBe(0);
    const samples: { written: number; resident: number }[] = JSON.parse(out.trim().split('\n').at(-1)!);
    const total = samples.at(-1)!.written;
    expect(total).toBe(16 + 60_000 * 784);
    const early = samples.find(({ written }) => written >= total / 10)!;
    // Garbage waits to be collected, 60 MB of it; kept, the digits after that would be 210 MB.
    expect(samples.at(-1)!.resident - early.resident).toBeLessThan(120e6);
  });
});
