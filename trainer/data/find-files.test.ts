import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../errors.ts';
import { loadDigits } from './digits.ts';
import { findDigitFiles } from './find-files.ts';
import { encodeIdxImages, encodeIdxLabels } from './idx-fixture.ts';

const images = 'train-images-idx3-ubyte';
const whole: Readonly<Record<string, Uint8Array>> = {
  [images]: encodeIdxImages(new Uint8Array(3 * 784), 3),
  'train-labels-idx1-ubyte': encodeIdxLabels(Uint8Array.of(4, 0, 2)),
  't10k-images-idx3-ubyte': encodeIdxImages(new Uint8Array(784), 1),
  't10k-labels-idx1-ubyte': encodeIdxLabels(Uint8Array.of(1)),
};

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inkling-data-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function write(files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), contents);
  }
}
const renamed = (path: (name: string) => string) =>
  Object.fromEntries(Object.entries(whole).map(([name, contents]) => [path(name), contents]));
const found = async () => (await findDigitFiles(dir)).train.images.slice(dir.length + 1);

/** The sentence with which a folder is refused. */
async function refusal(at = dir): Promise<string> {
  const error: unknown = await loadDigits({ dir: at }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  return String((error as InputError).message).replaceAll(dir, 'DIR');
}

describe('in a folder as it is', () => {
  it.each([
    ['the side files of macOS', (name: string) => `._${name}`],
    ["an editor's copies", (name: string) => `${name}~`],
    ['unfinished downloads', (name: string) => `${name}.part`],
    ['the notes of Windows', (name: string) => `${name}:Zone.Identifier`],
    ['what a system hid', (name: string) => `.${name}.gz`],
  ])('%s are passed over', async (_, path) => {
    const noise = { '.DS_Store': 'x', 'Thumbs.db': 'x', '__MACOSX/._x': 'x' };
    await write({ ...whole, ...renamed(path), ...noise });
    expect(await found()).toBe(images);
    expect((await loadDigits({ dir })).train.count).toBe(3);
  });

  it('a folder that is named like a file beside it is passed over', async () => {
    await write({
      ...renamed((name) => `${name}/${name}`),
      ...renamed((name) => name.replace('-idx', '.idx')),
    });
    expect(await found()).toBe('train-images.idx3-ubyte');
  });

  it('a folder that is named like a file may hold it', async () => {
    await write(renamed((name) => `${name}/${name}`));
    expect(await found()).toBe(join(images, images));
  });

  it.each(['raw/', 'MNIST/raw/'])("torchvision's %s is looked into", async (path) => {
    await write({ ...renamed((name) => path + name), ...renamed((name) => `${path}${name}.gz`) });
    expect(await found()).toBe(join(path, images));
  });

  it('a gzipped copy is passed over, whatever the case of its ending', async () => {
    await write({ ...whole, [`${images}.GZ`]: gzipSync('other') });
    expect(await found()).toBe(images);
  });

  it("links are followed, which are the user's own", async () => {
    await write(renamed((name) => `kept/${name}`));
    await mkdir(join(dir, 'set'));
    for (const name of Object.keys(whole)) await symlink(join('..', 'kept', name), join(dir, 'set', name));
    expect((await loadDigits({ dir: join(dir, 'set') })).train.count).toBe(3);
  });
});

describe('a sentence says', () => {
  it('which folders hold data sets, where several do or another was named', async () => {
    await write(renamed((name) => `letters/${name}`));
    expect(await refusal()).toContain('got letters; name the one that is meant: DIR/letters.');
    await write(renamed((name) => `MNIST/raw/${name}`));
    await write(renamed((name) => `KMNIST/raw/${name}`));
    expect(await refusal()).toContain('; name the one that is meant: DIR/KMNIST/raw, DIR/MNIST/raw.');
  });

  it('that a test file lacks the other', async () => {
    await write(whole);
    await rm(join(dir, 't10k-images-idx3-ubyte'));
    expect(await refusal()).toMatch(/^DIR has no t10k-images-idx3-ubyte: /);
  });

  it('that an archive is to be unpacked, beside which there is nothing or which was named', async () => {
    await write({ 'mnist.zip': 'PK\u0003\u0004' });
    expect(await refusal()).toMatch(/; got mnist\.zip; unpack mnist\.zip first\.$/);
    expect(await refusal(join(dir, 'mnist.zip'))).toContain(
      'it is a file, not a folder, and looks like a ZIP archive (unpack it, and give what it holds); give',
    );
  });

  it('that a file was named in place of its folder', async () => {
    await write(whole);
    expect(await refusal(join(dir, images))).toBe(
      `DIR/${images} is a file, not a folder; give the folder that it lies in, DIR.`,
    );
  });

  it('where a link leads that leads to nothing', async () => {
    await write(whole);
    await rename(join(dir, images), join(dir, 'moved'));
    await symlink('gone', join(dir, images));
    expect(await refusal()).toBe(
      `DIR/${images} is a link to gone, and there is no such file; put it back, or mend the link.`,
    );
    await rm(join(dir, images));
    await symlink('.git/annex/objects/x', join(dir, images));
    expect(await refusal()).toContain('fetch it with git annex get.');
  });

  it.skipIf(process.platform === 'win32')(
    'that a pipe or a device is none, and waits for neither',
    async () => {
      await write(whole);
      for (const [put, kind] of [
        [(path: string) => Promise.resolve(execFileSync('mkfifo', [path])), 'a pipe'],
        [(path: string) => symlink('/dev/zero', path), 'a device'],
      ] as const) {
        await rm(join(dir, images));
        await put(join(dir, images));
        expect(await refusal()).toBe(
          `DIR/${images} is ${kind}, and a data file is wanted there; copy the data into a file.`,
        );
        expect(await refusal(join(dir, images))).toContain(`it is ${kind}, not a folder; give`);
      }
    },
  );

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('that access is denied', async () => {
    await write(whole);
    execFileSync('chmod', ['000', join(dir, images)]);
    expect(await refusal()).toBe(
      `Cannot read the data file DIR/${images}: access to it is denied; check that it exists and may be read.`,
    );
  });
});
