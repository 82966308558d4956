import { hash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { endianness } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type Config, recordedConfigSchema } from '../config.ts';
import { InputError } from '../errors.ts';
import { makeFolders, writeWhole } from './atomic.ts';
import { parseVersioned, serialise } from './parse.ts';

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
const stateSchema = z.strictObject({
  schemaVersion: z.literal(checkpointVersion),
  epoch: count,
  step: count,
  seconds: z.number().min(0),
  config: recordedConfigSchema,
  partial: z.record(z.string(), z.number()),
  bin: z.strictObject({
    file: z.string().regex(/^state-[0-9a-z-]+\.bin$/),
    bytes: count,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** Little-endian float32 values; `offset` and `length` are bytes of the bin. */
  tensors: z.array(z.strictObject({ name: z.string(), shape: z.array(count), offset: count, length: count })),
});

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
  await writeWhole(join(folder, 'state.json'), text);
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
    throw new InputError(`${name} cannot go on: ${fault}; train it again under another --name.`);
  };
  const folder = folderOf(directory);
  const text = await readFile(join(folder, 'state.json'), 'utf8').catch(() => fail('it has no checkpoint'));
  const { tensors, bin, epoch, step, seconds, config, partial } = parseVersioned(text, {
    schema: stateSchema,
    version: checkpointVersion,
    file: `${name}/checkpoint/state.json`,
  });

  const label = `checkpoint/${bin.file}`;
  const bytes = await readFile(join(folder, bin.file)).catch(() => fail(`${label} is missing`));
  if (bytes.length !== bin.bytes) fail(`${label} has ${bytes.length} bytes and state.json says ${bin.bytes}`);
  if (hash('sha256', bytes, 'hex') !== bin.sha256) fail(`${label} is not the file that state.json describes`);
  const memory = swapIfBigEndian(bytes);

  return {
    ...{ epoch, step, seconds, config, partial },
    tensors: tensors.map((tensor) => {
      const { shape, offset, length } = tensor;
      if (length !== bytesOf(shape) || offset + length > bytes.length)
        fail(`state.json places the tensor ${tensor.name} outside ${label}`);
      const own = new Uint8Array(memory.subarray(offset, offset + length));
      return { name: tensor.name, shape, values: new Float32Array(own.buffer) };
    }),
  };
}
