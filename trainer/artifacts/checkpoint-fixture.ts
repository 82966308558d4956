import { hash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from './checkpoint.ts';

const sumAt = 8 + '{"__metadata__":{"sha256":"'.length;

/** A checkpoint's file with another header, its length and its sum made to fit. */
export function resealed(file: Buffer, change: (header: Buffer) => Buffer): Buffer {
  const values = 8 + Number(file.readBigUInt64LE());
  const header = change(file.subarray(8, values));
  const changed = Buffer.concat([Buffer.alloc(8), header, file.subarray(values)]);
  changed.writeBigUInt64LE(BigInt(header.length));
  const rest = Buffer.concat([changed.subarray(0, sumAt), changed.subarray(sumAt + 64)]);
  changed.write(hash('sha256', rest, 'hex'), sumAt, 'latin1');
  return changed;
}

/** Flips a bit of a file, whose size stays. */
export async function flip(path: string, at = 100): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

/** The fields of a configuration that version 1 wrote, in its order. */
const fieldsOfVersion1 = [
  ...(['recipe', 'epochs', 'batch', 'seed', 'engine', 'threads', 'limit', 'latentSize'] as const),
  ...(['learningRateG', 'learningRateD', 'beta1', 'beta2', 'epsilon', 'emaDecay', 'lossScaleD'] as const),
  ...(['gradientPenalty', 'penaltyAtEnd', 'penaltyBatch', 'rateAtEnd', 'dropout', 'rotation'] as const),
  ...(['outputActivation', 'publishEvery', 'modelEvery', 'scoreEvery'] as const),
];

/** Writes a checkpoint into a run's folder as version 1 did: `checkpoint/state.json` and the `.bin` that it names. */
export async function writeTwoFiles(directory: string, checkpoint: Checkpoint): Promise<void> {
  const { epoch, step, seconds, partial } = checkpoint;
  const config = Object.fromEntries(fieldsOfVersion1.map((name) => [name, checkpoint.config[name]]));
  let next = 0;
  const tensors = checkpoint.tensors.map(({ name, shape, values }) => {
    const offset = next;
    next += values.byteLength;
    return { name, shape, offset, length: values.byteLength };
  });
  const bytes = Buffer.concat(checkpoint.tensors.map(({ values }) => Buffer.from(values.slice().buffer)));
  const sha256 = hash('sha256', bytes, 'hex');
  const bin = {
    file: `state-${String(step).padStart(8, '0')}-${sha256.slice(0, 8)}.bin`,
    ...{ bytes: bytes.length, sha256 },
  };
  const state = { schemaVersion: 1, epoch, step, seconds, config, partial, bin, tensors };
  const text = `${JSON.stringify(state, null, 2)}\n`;
  const sum = `  "sha256": "${hash('sha256', text, 'hex')}",\n`;
  await mkdir(join(directory, 'checkpoint'), { recursive: true });
  await writeFile(join(directory, 'checkpoint', bin.file), bytes);
  await writeFile(join(directory, 'checkpoint/state.json'), text.replace('{\n', `{\n${sum}`));
}
