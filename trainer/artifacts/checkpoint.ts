import { hash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { endianness } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type Config, recordedConfigSchema } from '../config.ts';
import { InputError } from '../errors.ts';
import { makeFolders, writeWhole } from './atomic.ts';
import { limits } from './limits.ts';
import { isMissing, readOwn, unread } from './own-file.ts';
import { decodeText, parseVersioned, serialise } from './parse.ts';

export interface CheckpointTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** As many as the shape holds. */
  readonly values: Float32Array;
}

/** Everything that the rest of a run follows from: the run goes on from it as if it had never stopped. */
export interface Checkpoint {
  /** Whole epochs done. */
  readonly epoch: number;
  /** Steps done since the start of the run; they may reach into epoch + 1. */
  readonly step: number;
  /** Wall time spent training. */
  readonly seconds: number;
  readonly config: Config;
  /** Weights, Adam's moments and moving averages, by unique name. */
  readonly tensors: readonly CheckpointTensor[];
  /** Running sums of the epoch begun, by name; empty between epochs. */
  readonly partial: Readonly<Record<string, number>>;
}

/** The version of checkpoints, apart from that of the published files. */
export const checkpointVersion = 1;

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const tensorSchema = z.strictObject({
  name: z.string().max(limits.named),
  shape: z.array(count).max(limits.dimensions),
  offset: count,
  length: count,
});
const stateSchema = z.strictObject({
  /** That of the rest of the file, without this line; earlier versions do without. */
  sha256: sha256.optional(),
  schemaVersion: z.literal(checkpointVersion),
  epoch: count.max(limits.epochs - 1),
  step: count,
  seconds: z.number().min(0).max(1e10),
  config: recordedConfigSchema,
  partial: z.record(z.string().max(limits.named), z.number().min(-limits.measured).max(limits.measured)),
  bin: z.strictObject({
    file: z
      .string()
      .max(limits.named)
      .regex(/^state-[0-9a-z-]+\.bin$/),
    bytes: count.max(limits.bytes.bin),
    sha256,
  }),
  /** Little-endian float32 values, one tensor after another; `offset` and `length` are bytes of the bin. */
  tensors: z.array(tensorSchema).max(limits.tensors),
});

/** The first line of a state, with its sum. */
const sumLine = /^\{\n {2}"sha256": "([0-9a-f]{64})",\n/;

/** The text of a state with the sum of itself. */
const withSum = (text: string) => text.replace(/^\{\n/, `{\n  "sha256": "${hash('sha256', text, 'hex')}",\n`);

/** Whether a state's text is the one that was written. One of an earlier version, which has no sum, is believed. */
function isAsWritten(text: string, { sha256 }: { readonly sha256?: string | undefined }): boolean {
  if (sha256 === undefined) return true;
  return hash('sha256', text.replace(sumLine, '{\n'), 'hex') === sumLine.exec(text)?.[1];
}

const folderOf = (directory: string) => join(directory, 'checkpoint');
const bytesOf = (shape: readonly number[]) => shape.reduce((size, side) => size * side, 4);

/** Between memory order and little-endian, in place. */
function swapIfBigEndian(bytes: Buffer): Buffer {
  return endianness() === 'BE' ? bytes.swap32() : bytes;
}

function pack(tensors: readonly CheckpointTensor[]) {
  const names = new Set<string>();
  let offset = 0;
  const entries = tensors.map(({ name, shape, values }) => {
    if (names.has(name)) throw new Error(`Two tensors of the checkpoint are named ${name}.`);
    if (values.byteLength !== bytesOf(shape))
      throw new Error(`The tensor ${name} has ${values.length} values for the shape [${shape.join(', ')}].`);
    names.add(name);
    const entry = { name, shape: [...shape], offset, length: values.byteLength };
    offset += entry.length;
    return entry;
  });
  const parts = tensors.map(
    ({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  return { entries, bytes: swapIfBigEndian(Buffer.concat(parts)) };
}

/**
 * Writes `checkpoint/state.json` and the `.bin` it names, then removes older bins. The bin's name is new with
 * every state, so a process killed at any moment leaves the last whole checkpoint.
 *
 * @param directory the run's folder
 * @throws Error for tensors of one name or of a wrong length
 */
export async function writeCheckpoint(directory: string, checkpoint: Checkpoint): Promise<void> {
  const { epoch, step, seconds, config, partial } = checkpoint;
  const { entries, bytes } = pack(checkpoint.tensors);
  const sha256 = hash('sha256', bytes, 'hex');
  const file = `state-${String(step).padStart(8, '0')}-${sha256.slice(0, 8)}.bin`;
  const head = { schemaVersion: checkpointVersion, epoch, step, seconds, config, partial } as const;
  const state = { ...head, bin: { file, bytes: bytes.length, sha256 }, tensors: entries };
  const text = serialise(state, { schema: stateSchema, file: 'checkpoint/state.json', indent: 2 });

  const folder = folderOf(directory);
  await makeFolders(directory, 'checkpoint/state.json');
  await writeWhole(join(folder, file), bytes);
  await writeWhole(join(folder, 'state.json'), withSum(text));
  const older = (await readdir(folder)).filter((name) => /^state-.*\.bin$/.test(name) && name !== file);
  for (const name of older) await rm(join(folder, name), { force: true });
}

/**
 * Reads the checkpoint of the run in `directory`.
 *
 * @throws InputError when there is none, or it is cut short, changed, or of another version
 */
export async function readCheckpoint(directory: string): Promise<Checkpoint> {
  const name = basename(directory);
  const fail = (fault: string): never => {
    throw new InputError(`${name} cannot go on: ${fault}.`);
  };
  const mend = 'put it back, or train it again under another --name';
  const read = (file: string, missing: string) =>
    readOwn(directory, file).catch((error: unknown) => {
      if (isMissing(error)) return fail(`${missing}; train it again under another --name`);
      throw unread(`${name}/${file}`, error);
    });
  const path = 'checkpoint/state.json';
  const text = decodeText(await read(path, 'it has no checkpoint'), `${name}/${path}`);
  const state = parseVersioned(text, {
    schema: stateSchema,
    version: checkpointVersion,
    file: `${name}/${path}`,
  });
  if (!isAsWritten(text, state)) fail(`${path} is not as it was written: its SHA-256 is another; ${mend}`);
  const { tensors, bin, epoch, step, seconds, config, partial } = state;
  if (new Set(tensors.map((tensor) => tensor.name)).size < tensors.length)
    fail(`${path} has two tensors of one name; ${mend}`);

  const label = `checkpoint/${bin.file}`;
  const bytes = await read(label, `${label} is missing`);
  if (bytes.length !== bin.bytes)
    fail(`${label} has ${bytes.length} bytes and state.json says ${bin.bytes}; ${mend}`);
  if (hash('sha256', bytes, 'hex') !== bin.sha256)
    fail(`${label} is not the file that state.json describes; ${mend}`);
  const memory = swapIfBigEndian(bytes);

  let next = 0;
  const placed = tensors.map(({ name, shape, offset, length }) => {
    if (offset !== next || length !== bytesOf(shape) || offset + length > bytes.length)
      fail(
        `state.json places the tensor ${name} outside ${label}, or elsewhere than behind the one before; ${mend}`,
      );
    next += length;
    const own = new Uint8Array(memory.subarray(offset, next));
    return { name, shape, values: new Float32Array(own.buffer) };
  });
  if (next !== bytes.length) fail(`${label} has ${bytes.length} bytes and its tensors ${next}; ${mend}`);
  return { epoch, step, seconds, config, partial, tensors: placed };
}
