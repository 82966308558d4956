import { createHash, hash } from 'node:crypto';
import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { endianness } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type Config, recordedConfigSchema } from '../config.ts';
import { isMissing, readOwn, unread, writeWhole } from '../disk/files.ts';
import { InputError } from '../errors.ts';
import { decodeText, parseJson, parseValue, parseVersioned, serialise } from './parse.ts';
import { limits, mostBytesOf } from './schema.ts';

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

/** Its place in the run's folder. */
export const checkpointFile = 'checkpoint.safetensors';

/** The version of checkpoints, apart from that of the published files. */
const checkpointVersion = 2;

const count = z.int().min(0);
const shape = z.array(count).max(limits.dimensions);
const named = z.string().max(limits.named);
const training = {
  epoch: count.max(limits.epochs - 1),
  step: count,
  seconds: z.number().min(0).max(1e10),
  config: recordedConfigSchema,
  partial: z.record(named, z.number().min(-limits.measured).max(limits.measured)),
};
const trainingSchema = z.strictObject({ schemaVersion: z.literal(checkpointVersion), ...training });
const headerSchema = z.looseObject({ __metadata__: z.looseObject({ training: z.string() }) });
const tensorsSchema = z
  .record(named, z.strictObject({ dtype: z.literal('F32'), shape, data_offsets: z.tuple([count, count]) }))
  .refine((tensors) => Object.keys(tensors).length <= limits.tensors, 'has too many tensors');

/** What stands before the header, its length, is a little-endian integer of so many bytes. */
const lengthBytes = 8;
/** How the header begins, so that its sum lies at the same place of every file. */
const beforeSum = '{"__metadata__":{"sha256":"';
const [sumStart, sumEnd] = [lengthBytes + beforeSum.length, lengthBytes + beforeSum.length + 64];

/** The SHA-256 of all of a checkpoint's bytes but those that say it. */
const sumOf = (file: Uint8Array): string =>
  createHash('sha256').update(file.subarray(0, sumStart)).update(file.subarray(sumEnd)).digest('hex');

const bytesOf = (shape: readonly number[]) => shape.reduce((size, side) => size * side, 4);

/** Between memory order and little-endian, in place. */
function swapIfBigEndian(bytes: Buffer): Buffer {
  return endianness() === 'BE' ? bytes.swap32() : bytes;
}

/** Where the tensors lie behind the header, by name. */
function place(tensors: readonly CheckpointTensor[]): z.input<typeof tensorsSchema> {
  const names = new Set<string>();
  let offset = 0;
  const entries = tensors.map(({ name, shape, values }) => {
    if (names.has(name)) throw new Error(`Two tensors of the checkpoint are named ${name}.`);
    if (values.byteLength !== bytesOf(shape))
      throw new Error(`The tensor ${name} has ${values.length} values for the shape [${shape.join(', ')}].`);
    names.add(name);
    const offsets: [number, number] = [offset, offset + values.byteLength];
    offset = offsets[1];
    return [name, { dtype: 'F32' as const, shape: [...shape], data_offsets: offsets }];
  });
  return Object.fromEntries(entries);
}

/** The checkpoint as a file of safetensors: https://github.com/huggingface/safetensors#format. */
function pack({ epoch, step, seconds, config, partial, tensors }: Checkpoint): Buffer {
  const state = { schemaVersion: checkpointVersion, epoch, step, seconds, config, partial } as const;
  const about = serialise(state, { schema: trainingSchema, file: checkpointFile }).trimEnd();
  const metadata = `${beforeSum}${'0'.repeat(64)}","training":${JSON.stringify(about)}}`;
  const placed = serialise(place(tensors), { schema: tensorsSchema, file: checkpointFile })
    .trim()
    .slice(1, -1);
  const header = Buffer.from(`${metadata}${placed && `,${placed}`}}`);
  // Spaces up to where the values may begin, at a multiple of 8.
  const padded = Buffer.concat([header], Math.ceil(header.length / 8) * 8).fill(' ', header.length);
  const length = Buffer.alloc(lengthBytes);
  length.writeBigUInt64LE(BigInt(padded.length));
  const values = tensors.map(
    ({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  const file = Buffer.concat([length, padded, ...values]);
  if (file.length > limits.bytes.safetensors)
    throw new Error(`${checkpointFile} cannot be written: it would have ${file.length} bytes.`);
  swapIfBigEndian(file.subarray(lengthBytes + padded.length));
  file.write(sumOf(file), sumStart, 'latin1');
  return file;
}

/**
 * Writes the run's checkpoint in place of the one before, then removes what an earlier version kept it in.
 *
 * @param directory the run's folder
 * @throws Error for tensors of one name or of a wrong length
 */
export async function writeCheckpoint(directory: string, checkpoint: Checkpoint): Promise<void> {
  await writeWhole(join(directory, checkpointFile), pack(checkpoint));
  // They are not read any more: that they are still there hurts nobody.
  await removeTwoFiles(join(directory, twoFileFolder)).catch(() => undefined);
}

/** Whether the run has a checkpoint, of whatever worth. */
export async function hasCheckpoint(directory: string): Promise<boolean> {
  for (const path of [checkpointFile, statePath])
    if (await lstat(join(directory, path)).catch(() => undefined)) return true;
  return false;
}

/** Ends with a sentence about the run. */
type Fail = (fault: string) => never;
const mend = 'put it back, or train it again under another --name';

/**
 * Reads the checkpoint of the run in `directory`, of this version or the one before.
 *
 * @throws InputError when there is none, or it is cut short, changed, or of another version
 */
export async function readCheckpoint(directory: string): Promise<Checkpoint> {
  const name = basename(directory);
  const fail: Fail = (fault) => {
    throw new InputError(`${name} cannot go on: ${fault}.`);
  };
  const file = await readOwn(directory, checkpointFile, { atMost: limits.bytes.safetensors }).catch(
    (error: unknown) => {
      if (isMissing(error)) return undefined;
      throw unread(`${name}/${checkpointFile}`, error);
    },
  );
  return file ? unpack(file, `${name}/${checkpointFile}`, fail) : await readTwoFiles(directory, fail);
}

function unpack(file: Buffer, label: string, fail: Fail): Checkpoint {
  const isOurs = file.toString('latin1', lengthBytes, sumStart) === beforeSum;
  if (!isOurs || file.toString('latin1', sumStart, sumEnd) !== sumOf(file))
    fail(`${checkpointFile} is not as it was written: its SHA-256 is another; ${mend}`);
  const start = lengthBytes + Number(file.readBigUInt64LE());
  if (start > file.length || start > limits.header)
    fail(`the header of ${checkpointFile} is longer than it may be; ${mend}`);
  const text = decodeText(file.subarray(lengthBytes, start), label);
  const { __metadata__, ...entries } = parseJson(text, { schema: headerSchema, file: label });
  const about = { schema: trainingSchema, version: checkpointVersion, file: label };
  const { schemaVersion, ...state } = parseVersioned(__metadata__.training, about);
  const tensors = Object.entries(parseValue(entries, { schema: tensorsSchema, file: label })).map(
    ([
      name,
      {
        shape,
        data_offsets: [from, to],
      },
    ]) => ({ name, shape, offset: from, length: to - from }),
  );
  // They may be named in another order than they lie in.
  tensors.sort((a, b) => a.offset - b.offset || a.length - b.length);
  const where = { from: `the header of ${checkpointFile}`, label: checkpointFile };
  return { ...state, tensors: takeOut(tensors, file.subarray(start), { ...where, fail }) };
}

/** Copies tensors out of the bytes that they lie in, one behind the other. */
function takeOut(
  tensors: readonly (Pick<CheckpointTensor, 'name' | 'shape'> & { offset: number; length: number })[],
  bytes: Buffer,
  { from, label, fail }: { from: string; label: string; fail: Fail },
): CheckpointTensor[] {
  const memory = swapIfBigEndian(bytes);
  let next = 0;
  const taken = tensors.map(({ name, shape, offset, length }) => {
    if (offset !== next || length !== bytesOf(shape) || offset + length > bytes.length)
      fail(
        `${from} places the tensor ${name} outside ${label}, or elsewhere than behind the one before; ${mend}`,
      );
    next += length;
    const own = new Uint8Array(memory.subarray(offset, next));
    return { name, shape, values: new Float32Array(own.buffer) };
  });
  if (next !== bytes.length) fail(`${label} has ${bytes.length} bytes and its tensors ${next}; ${mend}`);
  return taken;
}

// Checkpoints of version 1 are two files: a record, and a `.bin` that it names with the values of the tensors.

const twoFileFolder = 'checkpoint';
const statePath = `${twoFileFolder}/state.json`;
const binName = /^state-[0-9a-z-]+\.bin$/;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const stateSchema = z.strictObject({
  /** That of the rest of the file, without this line; the earliest do without. */
  sha256: sha256.optional(),
  schemaVersion: z.literal(1),
  ...training,
  bin: z.strictObject({ file: named.regex(binName), bytes: count.max(limits.bytes.bin), sha256 }),
  /** Little-endian float32 values, one tensor after another; `offset` and `length` are bytes of the bin. */
  tensors: z.array(z.strictObject({ name: named, shape, offset: count, length: count })).max(limits.tensors),
});

/** The first line of a state, with its sum. */
const sumLine = /^\{\n {2}"sha256": "([0-9a-f]{64})",\n/;

/** Whether a state's text is the one that was written. One that has no sum is believed. */
function isAsWritten(text: string, { sha256 }: { readonly sha256?: string | undefined }): boolean {
  if (sha256 === undefined) return true;
  return hash('sha256', text.replace(sumLine, '{\n'), 'hex') === sumLine.exec(text)?.[1];
}

async function readTwoFiles(directory: string, fail: Fail): Promise<Checkpoint> {
  const name = basename(directory);
  const read = (file: string, missing: string) =>
    readOwn(directory, file, { atMost: mostBytesOf(file) }).catch((error: unknown) => {
      if (isMissing(error)) return fail(`${missing}; train it again under another --name`);
      throw unread(`${name}/${file}`, error);
    });
  const label = `${name}/${statePath}`;
  const text = decodeText(await read(statePath, 'it has no checkpoint'), label);
  const state = parseVersioned(text, { schema: stateSchema, version: 1, file: label });
  if (!isAsWritten(text, state))
    fail(`${statePath} is not as it was written: its SHA-256 is another; ${mend}`);
  const { tensors, bin, epoch, step, seconds, config, partial } = state;
  if (new Set(tensors.map((tensor) => tensor.name)).size < tensors.length)
    fail(`${statePath} has two tensors of one name; ${mend}`);

  const path = `${twoFileFolder}/${bin.file}`;
  const bytes = await read(path, `${path} is missing`);
  if (bytes.length !== bin.bytes)
    fail(`${path} has ${bytes.length} bytes and state.json says ${bin.bytes}; ${mend}`);
  if (hash('sha256', bytes, 'hex') !== bin.sha256)
    fail(`${path} is not the file that state.json describes; ${mend}`);
  const values = takeOut(tensors, bytes, { from: 'state.json', label: path, fail });
  return { epoch, step, seconds, config, partial, tensors: values };
}

/** Removes what version 1 kept a checkpoint in, the record first, and its folder if nothing else is in it. */
async function removeTwoFiles(folder: string): Promise<void> {
  // A link may lead out of the run.
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) return;
  await rm(join(folder, 'state.json'), { force: true });
  for (const name of (await readdir(folder)).filter((found) => binName.test(found)))
    await rm(join(folder, name), { force: true });
  await rmdir(folder);
}
