import { execFileSync } from 'node:child_process';
import {
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
import type { Config } from '../config.ts';
import { InputError } from '../errors.ts';
import { type Checkpoint, checkpointFile, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { flip, resealed, writeTwoFiles } from './checkpoint-fixture.ts';
import recorded from './recorded-run.json' with { type: 'json' };

const checkpoint: Checkpoint = {
  ...{
    epoch: 2,
    step: 25,
    seconds: 1.5,
    config: recorded.run.config as Config,
    partial: { lossD: 0.1 + 0.2 },
  },
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

const path = () => join(run, checkpointFile);
const statePath = () => join(run, 'checkpoint/state.json');
const binPath = async () => {
  const names = await readdir(join(run, 'checkpoint'));
  return join(run, 'checkpoint', names.find((name) => name.endsWith('.bin')) ?? '');
};
const withoutSum = (text: string) => text.replace(/^ {2}"sha256": .*\n/m, '');

async function faultOf(): Promise<string> {
  const fault: unknown = await readCheckpoint(run).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(InputError);
  return String(fault);
}

/** Changes the header's text, and makes length and sum fit. */
async function editHeader(from: string, to: string): Promise<void> {
  const edit = (header: Buffer) => Buffer.from(String(header).replace(from, () => to));
  const file = await readFile(path());
  expect(String(file)).toContain(from);
  await writeFile(path(), resealed(file, edit));
}

describe('a checkpoint', () => {
  it('comes back bit for bit', async () => {
    await writeCheckpoint(run, checkpoint);
    expect(await readCheckpoint(run)).toEqual(checkpoint);
  });

  it('is one file of safetensors', async () => {
    const values = Float32Array.of(1, -2);
    await writeCheckpoint(run, { ...checkpoint, tensors: [{ name: 'a', shape: [2], values }] });
    const file = await readFile(path());
    const start = 8 + Number(file.readBigUInt64LE());
    expect(start % 8).toBe(0);
    const { __metadata__, ...tensors } = JSON.parse(String(file.subarray(8, start)));
    expect(tensors).toEqual({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } });
    expect(JSON.parse(__metadata__.training)).toMatchObject({ step: 25, config: { batch: 32 } });
    expect(file.subarray(start).toString('hex')).toBe('0000803f000000c0');
    expect(await readdir(run)).toEqual([checkpointFile]);
  });

  it('takes a view into a larger buffer', async () => {
    const values = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    await writeCheckpoint(run, { ...checkpoint, tensors: [{ name: 'a', shape: [2], values }] });
    expect((await readCheckpoint(run)).tensors[0]?.values).toEqual(Float32Array.of(2, 3));
  });

  it('comes back where its header names the tensors in another order', async () => {
    const names = ['1', 'b', '0'];
    const tensors = names.map((name) => ({ name, shape: [], values: Float32Array.of(Number(name) || 7) }));
    await writeCheckpoint(run, { ...checkpoint, tensors });
    expect((await readCheckpoint(run)).tensors).toEqual(tensors);
  });

  it('replaces the one before', async () => {
    await writeCheckpoint(run, checkpoint);
    const tensors = [{ name: 'a', shape: [1], values: Float32Array.of(5) }];
    await writeCheckpoint(run, { ...checkpoint, step: 30, tensors });
    expect(await readCheckpoint(run)).toMatchObject({ step: 30, tensors });
    expect(await readdir(run)).toEqual([checkpointFile]);
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

describe('a checkpoint that cannot be used is named with its fault', () => {
  it('when there is none', async () => {
    expect(await faultOf()).toMatch(/has no checkpoint; train it again/);
  });

  it('when it is cut short, anywhere', async () => {
    await writeCheckpoint(run, checkpoint);
    for (const bytes of [(await readFile(path())).length - 1, 1000, 100, 20, 8, 7, 0]) {
      await truncate(path(), bytes);
      expect(await faultOf()).toMatch(/checkpoint\.safetensors is not as it was written/);
    }
  });

  it('when any bit of it is another', async () => {
    await writeCheckpoint(run, checkpoint);
    const { length } = await readFile(path());
    for (let at = 0; at < length; at += 9) {
      await flip(path(), at);
      expect(await faultOf()).toMatch(/checkpoint\.safetensors is not as it was written/);
      await flip(path(), at);
    }
    expect(await readCheckpoint(run)).toEqual(checkpoint);
  });

  it('when it is of another version, or places a tensor outside its values', async () => {
    await writeCheckpoint(run, checkpoint);
    const whole = await readFile(path());
    for (const [from, to, fault] of [
      ['schemaVersion\\":2', 'schemaVersion\\":3', /schema version 3, newer than the 2/],
      ['[24,28]', '[28,32]', /places the tensor g\/\w+ outside/],
      ['[24,28]', '[20,24]', /places the tensor g\/step outside/],
      ['[24,28]', '[24,32]', /places the tensor g\/step outside/],
      ['[2,3]', '[2,2]', /places the tensor g\/kernel outside/],
      ['"F32"', '"F64"', /is not as Inkling writes it: \["g\/kernel"\]\.dtype/],
      ['}}', '}}}', /is not JSON/],
      ['"g/none"', '"g/step"', /has 28 bytes and its tensors 24|places the tensor/],
    ] as const) {
      await writeFile(path(), whole);
      await editHeader(from, to);
      expect(await faultOf()).toMatch(fault);
    }
  });

  it('when a link, a folder or a pipe stands in the place of a file', async () => {
    await writeCheckpoint(run, checkpoint);
    const outside = await mkdtemp(join(tmpdir(), 'inkling-'));
    await rename(path(), join(outside, 'saved'));
    await symlink(join(outside, 'saved'), path());
    expect(await faultOf()).toMatch(/checkpoint\.safetensors is a link, and Inkling puts a file there/);
    await rm(path());
    await mkdir(path());
    expect(await faultOf()).toMatch(/checkpoint\.safetensors is a folder, and Inkling puts a file there/);
    await rm(outside, { recursive: true });
    if (process.platform === 'win32') return;
    await rm(path(), { recursive: true });
    execFileSync('mkfifo', [path()]);
    expect(await faultOf()).toMatch(/checkpoint\.safetensors is a pipe, and Inkling puts a file there/);
  });
});

describe('a checkpoint of version 1, in two files', () => {
  beforeEach(() => writeTwoFiles(run, checkpoint));

  it('comes back bit for bit', async () => {
    // As that version wrote it.
    const sum = '9bf6497bb96aa5e0fe1b035f218579a2f002e162da18a9968dd187c032b1f8ea';
    expect(JSON.parse(await readFile(statePath(), 'utf8')).sha256).toBe(sum);
    expect(await readCheckpoint(run)).toEqual(checkpoint);
  });

  it('comes back where it is of before states had a sum', async () => {
    const text = await readFile(statePath(), 'utf8');
    await writeFile(statePath(), withoutSum(text));
    expect(withoutSum(text)).not.toBe(text);
    expect(await readCheckpoint(run)).toEqual(checkpoint);
  });

  it('is removed when the next is whole, and nothing else', async () => {
    await writeFile(join(run, 'checkpoint/state-00000030-01234567.bin'), 'of a save that broke off');
    await expect(writeCheckpoint(run, { ...checkpoint, seconds: Number.NaN })).rejects.toThrow('seconds');
    expect(await readCheckpoint(run)).toEqual(checkpoint);
    await writeFile(join(run, 'checkpoint/notes.txt'), "the user's own");
    await writeCheckpoint(run, { ...checkpoint, step: 30 });
    expect(await readCheckpoint(run)).toMatchObject({ step: 30 });
    expect(await readdir(join(run, 'checkpoint'))).toEqual(['notes.txt']);
    await rm(join(run, 'checkpoint/notes.txt'));
    await writeCheckpoint(run, checkpoint);
    expect(await readdir(run)).toEqual([checkpointFile]);
  });

  it('is not removed through a link', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'inkling-'));
    await rename(join(run, 'checkpoint'), join(outside, 'checkpoint'));
    await symlink(join(outside, 'checkpoint'), join(run, 'checkpoint'));
    expect(await faultOf()).toMatch(/checkpoint is a link, and Inkling puts a folder there/);
    await writeCheckpoint(run, checkpoint);
    expect(await readdir(join(outside, 'checkpoint'))).toHaveLength(2);
    await rm(outside, { recursive: true });
  });

  it('is named with its fault when its bin is missing, cut short or changed', async () => {
    const bin = await binPath();
    await flip(bin, 27);
    expect(await faultOf()).toMatch(/is not the file that state\.json describes/);
    await truncate(bin, 20);
    expect(await faultOf()).toMatch(/has 20 bytes and state\.json says 28/);
    await rm(bin);
    expect(await faultOf()).toMatch(/checkpoint\/state-00000025-\w{8}\.bin is missing/);
  });

  it('is named with its fault when its state is no JSON, of another version, or places a tensor outside the bin', async () => {
    const text = await readFile(statePath(), 'utf8');
    await writeFile(statePath(), text.slice(0, 50));
    expect(await faultOf()).toMatch(/state\.json is not JSON/);
    await writeFile(statePath(), text.replace('"schemaVersion": 1', '"schemaVersion": 2'));
    expect(await faultOf()).toMatch(/schema version 2, newer than the 1/);
    const unsummed = withoutSum(text);
    for (const changed of ['"offset": 28', '"offset": 20']) {
      await writeFile(statePath(), unsummed.replace('"offset": 24', changed));
      expect(await faultOf()).toMatch(/places the tensor g\/step outside/);
    }
  });

  it('is named with its fault when anything in its state is another', async () => {
    const text = await readFile(statePath(), 'utf8');
    for (const [from, to] of [
      ['"step": 25', '"step": 24'],
      ['"seconds": 1.5', '"seconds": 1.6'],
      ['"batch": 32', '"batch": 33'],
      ['"sha256": "', '"sha256": "0'],
      ['  "partial"', ' "partial"'],
    ] as const) {
      expect(text).toContain(from);
      await writeFile(statePath(), text.replace(from, to));
      expect(await faultOf()).toMatch(/state\.json is not as/);
    }
  });
});
