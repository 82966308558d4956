import { execFileSync } from 'node:child_process';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../errors.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { detailsOf } from './run-fixture.ts';

const checkpoint: Checkpoint = {
  ...{ epoch: 2, step: 25, seconds: 1.5, config: detailsOf('toy').config, partial: { lossD: 0.1 + 0.2 } },
  tensors: [
    { name: 'g/kernel', shape: [2, 3], values: Float32Array.of(1, -0, 1e-45, 3.4e38, Number.NaN, -1 / 3) },
    { name: 'g/step', shape: [], values: Float32Array.of(7) },
    { name: 'g/none', shape: [0, 4], values: new Float32Array() },
  ],
};

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(() => rm(run, { recursive: true }));

const bins = async () => (await readdir(join(run, 'checkpoint'))).filter((name) => name.endsWith('.bin'));
const binPath = async () => join(run, 'checkpoint', (await bins())[0] ?? '');

const withoutSum = (text: string) => text.replace(/^ {2}"sha256": .*\n/m, '');

async function faultOf(): Promise<string> {
  const fault: unknown = await readCheckpoint(run).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(InputError);
  return String(fault);
}

describe('a checkpoint', () => {
  it('comes back bit for bit', async () => {
    await writeCheckpoint(run, checkpoint);
    expect(await readCheckpoint(run)).toEqual(checkpoint);
  });

  it('stores little-endian float32 values one tensor after another', async () => {
    const values = Float32Array.of(1, -2);
    await writeCheckpoint(run, { ...checkpoint, tensors: [{ name: 'a', shape: [2], values }] });
    expect((await readFile(await binPath())).toString('hex')).toBe('0000803f000000c0');
  });

  it('takes a view into a larger buffer', async () => {
    const values = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    await writeCheckpoint(run, { ...checkpoint, tensors: [{ name: 'a', shape: [2], values }] });
    expect((await readCheckpoint(run)).tensors[0]?.values).toEqual(Float32Array.of(2, 3));
  });

  it('replaces the one before and leaves no more than its two files', async () => {
    await writeCheckpoint(run, checkpoint);
    const tensors = [{ name: 'a', shape: [1], values: Float32Array.of(5) }];
    await writeCheckpoint(run, { ...checkpoint, tensors });
    await writeCheckpoint(run, { ...checkpoint, step: 30, tensors });
    expect(await readCheckpoint(run)).toMatchObject({ step: 30, tensors });
    expect(await readdir(join(run, 'checkpoint'))).toHaveLength(2);
  });

  it('still reads the one before when a save broke off after its bin', async () => {
    await writeCheckpoint(run, checkpoint);
    await writeFile(join(run, 'checkpoint/state-00000030-01234567.bin'), 'newer');
    expect(await readCheckpoint(run)).toEqual(checkpoint);
    await writeCheckpoint(run, checkpoint);
    expect(await bins()).toHaveLength(1);
  });

  it('refuses tensors of one name, of a wrong length, and sums that are not numbers', async () => {
    const tensor = { name: 'a', shape: [1], values: Float32Array.of(5) };
    await expect(writeCheckpoint(run, { ...checkpoint, tensors: [tensor, tensor] })).rejects.toThrow(
      'Two tensors of the checkpoint are named a.',
    );
    await expect(
      writeCheckpoint(run, { ...checkpoint, tensors: [{ ...tensor, shape: [2, 2] }] }),
    ).rejects.toThrow('The tensor a has 1 values for the shape [2, 2].');
    await expect(writeCheckpoint(run, { ...checkpoint, partial: { lossD: Number.NaN } })).rejects.toThrow(
      'partial.lossD',
    );
  });
});

it('reads a checkpoint of before states had a sum', async () => {
  await writeCheckpoint(run, checkpoint);
  const path = join(run, 'checkpoint/state.json');
  const text = await readFile(path, 'utf8');
  await writeFile(path, withoutSum(text));
  expect(withoutSum(text)).not.toBe(text);
  expect(await readCheckpoint(run)).toEqual(checkpoint);
});

describe('a checkpoint that cannot be used is named with its fault', () => {
  it('when there is none', async () => {
    expect(await faultOf()).toMatch(/has no checkpoint; train it again/);
  });

  it('when its bin is missing', async () => {
    await writeCheckpoint(run, checkpoint);
    await rm(await binPath());
    expect(await faultOf()).toMatch(/checkpoint\/state-00000025-\w{8}\.bin is missing/);
  });

  it('when its bin is cut short', async () => {
    await writeCheckpoint(run, checkpoint);
    await truncate(await binPath(), 20);
    expect(await faultOf()).toMatch(/has 20 bytes and state\.json says 28/);
  });

  it('when its bin is changed', async () => {
    await writeCheckpoint(run, checkpoint);
    const path = await binPath();
    await truncate(path, 27);
    await appendFile(path, 'x');
    expect(await faultOf()).toMatch(/is not the file that state\.json describes/);
  });

  it('when its state is not JSON, of another version, or places a tensor outside the bin', async () => {
    await writeCheckpoint(run, checkpoint);
    const path = join(run, 'checkpoint/state.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.slice(0, 50));
    expect(await faultOf()).toMatch(/state\.json is not JSON/);
    await writeFile(path, text.replace('"schemaVersion": 1', '"schemaVersion": 2'));
    expect(await faultOf()).toMatch(/schema version 2, newer than the 1/);
    const unsummed = withoutSum(text);
    for (const changed of ['"offset": 28', '"offset": 20']) {
      await writeFile(path, unsummed.replace('"offset": 24', changed));
      expect(await faultOf()).toMatch(/places the tensor g\/step outside/);
    }
  });

  it('when anything in its state is another', async () => {
    await writeCheckpoint(run, checkpoint);
    const path = join(run, 'checkpoint/state.json');
    const text = await readFile(path, 'utf8');
    for (const [from, to] of [
      ['"step": 25', '"step": 24'],
      ['"seconds": 1.5', '"seconds": 1.6'],
      ['"batch": 8', '"batch": 9'],
      ['"sha256": "', '"sha256": "0'],
      ['  "partial"', ' "partial"'],
    ] as const) {
      expect(text).toContain(from);
      await writeFile(path, text.replace(from, to));
      expect(await faultOf()).toMatch(/state\.json is not as/);
    }
  });

  it('when a link, a folder or a pipe stands in the place of a file', async () => {
    await writeCheckpoint(run, checkpoint);
    const outside = await mkdtemp(join(tmpdir(), 'inkling-'));
    await rename(join(run, 'checkpoint'), join(outside, 'checkpoint'));
    await symlink(join(outside, 'checkpoint'), join(run, 'checkpoint'));
    expect(await faultOf()).toMatch(/checkpoint is a link, and Inkling puts a folder there/);
    await rm(join(run, 'checkpoint'));
    await mkdir(join(run, 'checkpoint/state.json'), { recursive: true });
    expect(await faultOf()).toMatch(/state\.json is a folder, and Inkling puts a file there/);
    if (process.platform === 'win32') return;
    await rm(join(run, 'checkpoint/state.json'), { recursive: true });
    execFileSync('mkfifo', [join(run, 'checkpoint/state.json')]);
    expect(await faultOf()).toMatch(/state\.json is a pipe, and Inkling puts a file there/);
    await rm(outside, { recursive: true });
  });
});
