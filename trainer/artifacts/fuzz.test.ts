import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { verifyRun } from '../commands/verification.ts';
import { tf } from '../compile/tf.ts';
import { InputError } from '../errors.ts';
import { buildGenerator } from '../export/layers-model.ts';
import { checkpointFile, readCheckpoint } from './checkpoint.ts';
import { resealed, writeTwoFiles } from './checkpoint-fixture.ts';
import {
  byteMutation,
  expectSentence,
  fuzzed,
  fuzzTimeout,
  type Mutation,
  textMutation,
} from './mutate-fixture.ts';
import { checkContents, listRuns, parseModel, readHistory, readRun } from './reader.ts';
import { recordOf } from './run-fixture.ts';
import { tinyCheckpoint, tinyGenerator, writeWholeRun } from './whole-run-fixture.ts';

vi.setConfig({ testTimeout: fuzzTimeout });

let artifacts: string;
let directory: string;
beforeAll(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
  directory = await writeWholeRun(artifacts);
  await cp(directory, join(artifacts, 'other'), { recursive: true });
});
afterAll(() => rm(artifacts, { recursive: true }));

/** Gives each mutation of a file of the run to a check, and puts the file back. */
async function tryAll(
  path: string,
  mutation: fc.Arbitrary<Mutation>,
  check: (mutated: Buffer) => Promise<void>,
): Promise<void> {
  const original = await readFile(join(directory, path));
  try {
    await fc.assert(
      fc.asyncProperty(mutation, async (mutate) => {
        const mutated = mutate(original);
        await writeFile(join(directory, path), mutated);
        await check(mutated);
      }),
      fuzzed(),
    );
  } finally {
    await writeFile(join(directory, path), original);
  }
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
}

it('reads any run.json as a run, or says in a sentence why not, and reads the run beside it', async () => {
  await tryAll('run.json', textMutation, async () => {
    await readRun(directory).catch(expectSentence);
    const listed = await listRuns(artifacts, { contents: true });
    expect(listed.map(({ name }) => name).sort()).toEqual(['other', 'toy']);
    expect(listed.find(({ name }) => name === 'other')?.fault).toBeUndefined();
    const { faults } = await verifyRun(directory, { every: false, onFile: () => undefined });
    for (const fault of faults) expectSentence(new InputError(fault));
  });
});

it('reads any history.json as a history, or says in a sentence why not', async () => {
  await tryAll('history.json', textMutation, async () => {
    const history = await readHistory(directory).catch(expectSentence);
    if (history) expect(history.epochs.length).toBeLessThanOrEqual(3);
  });
  expect((await readHistory(directory)).epochs).toEqual([recordOf(1), recordOf(2)]);
});

it('builds a generator of any model.json that draws digits, or says in a sentence why not', async () => {
  const { weights } = tinyGenerator();
  const tensors = tf.memory().numTensors;
  await tryAll('models/0002/model.json', textMutation, async (mutated) => {
    const made = Promise.resolve().then(() =>
      buildGenerator(parseModel('model.json', mutated), weights, { wanted: 9, label: 'model.json' }),
    );
    const generator = await made.catch(expectSentence);
    if (!generator) return;
    const drawn = tf.tidy(() => (generator.predict(tf.ones([1, 9])) as tf.Tensor).shape);
    expect(drawn).toEqual([1, 28, 28, 1]);
    generator.dispose();
  });
  expect(tf.memory().numTensors).toBe(tensors);
});

it('takes any weights that are as many and finite, and says in a sentence why no others', async () => {
  const run = await readRun(directory);
  const path = 'models/0002/weights.bin';
  await tryAll(path, byteMutation, async (mutated) => {
    await checkContents(path, mutated, { directory, run }).then(
      () => expect(mutated.every((byte, i) => i % 2 === 0 || (byte & 0x7c) !== 0x7c)).toBe(true),
      expectSentence,
    );
  });
});

it('takes any picture that decodes to the pixels of its grid, and says in a sentence why no others', async () => {
  const run = await readRun(directory);
  await tryAll('reals.png', byteMutation, async (mutated) => {
    await checkContents('reals.png', mutated, { directory, run }).catch(expectSentence);
  });
});

it('reads a checkpoint bit for bit as it was written, or says in a sentence why not', async () => {
  const readSame = async (run: string) => {
    const read = await readCheckpoint(run).catch(expectSentence);
    if (read) expect(read).toEqual(tinyCheckpoint);
  };
  await tryAll(checkpointFile, byteMutation, () => readSame(directory));
  const older = join(artifacts, 'older');
  await writeTwoFiles(older, tinyCheckpoint);
  for (const file of await readdir(join(older, 'checkpoint'))) {
    const mutation = file.endsWith('.bin') ? byteMutation : textMutation;
    await tryAll(`../older/checkpoint/${file}`, mutation, () => readSame(older));
  }
  await rm(older, { recursive: true });
});

it('reads any checkpoint whose sum was made to fit, or says in a sentence why not', async () => {
  const header = textMutation.map((mutate) => (file: Buffer) => resealed(file, mutate));
  const training = textMutation.map(
    (mutate) => (file: Buffer) =>
      resealed(file, (text) => {
        const { __metadata__, ...tensors } = JSON.parse(String(text));
        const mutated = String(mutate(Buffer.from(__metadata__.training)));
        return Buffer.from(
          JSON.stringify({ __metadata__: { ...__metadata__, training: mutated }, ...tensors }),
        );
      }),
  );
  await tryAll(checkpointFile, fc.oneof(header, training), async () => {
    const read = await readCheckpoint(directory).catch(expectSentence);
    for (const { shape, values } of read?.tensors ?? [])
      expect(values).toHaveLength(shape.reduce((size, side) => size * side, 1));
  });
  expect(await readCheckpoint(directory)).toEqual(tinyCheckpoint);
});
