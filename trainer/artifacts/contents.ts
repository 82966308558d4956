import { hash } from 'node:crypto';
import sharp from 'sharp';
import * as v from 'valibot';
import { digitSide } from '../data/idx-format.ts';
import { InputError } from '../errors.ts';
import { type LayersModelJson, layersModelSchema, weightsFault } from '../export/layers-format.ts';
import { readTopology } from '../export/topology.ts';
import { readOwn, unread } from './own-file.ts';
import { decodeText, parseVersioned } from './parse.ts';
import { nearestPath } from './paths.ts';
import { historySchema, type Run, schemaVersion } from './schema.ts';

/**
 * While a run goes, or after it was killed, its history may be one epoch ahead of its record (see `runSchema`): it has
 * another size and sum then.
 */
export const mayBeNewer = (run: Run, path: string) => run.status === 'running' && path === 'history.json';

/**
 * The bytes of a file that a run's record lists: a regular file inside the run's folder, of the recorded size and
 * SHA-256.
 *
 * @param directory the run's folder
 * @throws InputError naming the file and what is wrong with it
 */
export async function readListed(directory: string, run: Run, path: string): Promise<Buffer<ArrayBuffer>> {
  const label = `${run.name}/${path}`;
  const entry = run.files.find((file) => file.path === path);
  if (!entry) throw new InputError(`${run.name}/run.json does not list ${path}; train the run again.`);
  const bytes = await readOwn(directory, path).catch((error: unknown) => {
    throw unread(label, error);
  });
  if (mayBeNewer(run, path)) return bytes;
  const mend = 'put the file back, or train the run again.';
  if (bytes.length !== entry.bytes)
    throw new InputError(`${label} has ${bytes.length} bytes and run.json says ${entry.bytes}; ${mend}`);
  if (hash('sha256', bytes, 'hex') !== entry.sha256)
    throw new InputError(`${label} is not the file that run.json describes: its SHA-256 is another; ${mend}`);
  return bytes;
}

/** Rows and columns of a picture's digits. */
function shapeOf({ grid, evaluation }: Run, path: string): readonly [rows: number, columns: number] {
  return path === nearestPath ? [2, evaluation?.pairs.pairs.length ?? 0] : [grid.rows, grid.columns];
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

async function checkPng(label: string, bytes: Uint8Array, [rows, columns]: readonly [number, number]) {
  // Whatever else can be decoded, such as SVG, is not tried.
  if (!signature.equals(bytes.subarray(0, signature.length))) throw new InputError(`${label} is no PNG.`);
  const [height, width] = [rows * digitSide, columns * digitSide];
  const decoded = await sharp(bytes, { limitInputPixels: Math.max(1, width * height), failOn: 'warning' })
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      const limit = error instanceof Error && error.message.includes('pixel limit');
      throw new InputError(
        limit
          ? `${label} has more than ${width} × ${height} pixels.`
          : `${label} cannot be decoded as a PNG.`,
      );
    });
  const { info } = decoded;
  if (info.width !== width || info.height !== height)
    throw new InputError(
      `${label} has ${info.width} × ${info.height} pixels and run.json describes ${width} × ${height}.`,
    );
}

/** @throws InputError naming the file where it is not a model.json that Inkling wrote */
export function parseModel(label: string, bytes: Uint8Array): LayersModelJson {
  try {
    return v.parse(layersModelSchema, JSON.parse(decodeText(bytes, label)));
  } catch {
    throw new InputError(`${label} is not a model.json that Inkling wrote; train the run again.`);
  }
}

/**
 * Checks what a listed file holds: a PNG decodes and has the pixels that the record describes, the history has its
 * schema, a `model.json` the layers of a generator of digits, and weights are finite and as many as it describes.
 *
 * @param path as the run's record lists it
 * @param bytes what the file holds
 * @throws InputError naming the file and what is wrong with it, or with the `model.json` beside it
 */
export async function checkContents(
  path: string,
  bytes: Uint8Array,
  { directory, run }: { readonly directory: string; readonly run: Run },
): Promise<void> {
  const label = `${run.name}/${path}`;
  if (path.endsWith('.png')) return await checkPng(label, bytes, shapeOf(run, path));
  if (path === 'history.json') {
    const file = { schema: historySchema, version: schemaVersion, file: label };
    parseVersioned(decodeText(bytes, label), file);
  } else if (path.endsWith('/model.json')) {
    const read = readTopology(parseModel(label, bytes));
    if (typeof read === 'string') throw new InputError(`${label} ${read}; train the run again.`);
  } else {
    const beside = path.replace('weights.bin', 'model.json');
    const model = parseModel(`${run.name}/${beside}`, await readListed(directory, run, beside));
    const fault = weightsFault(model, bytes);
    if (fault) throw new InputError(`${label} ${fault}; train the run again.`);
  }
}

/**
 * Reads every file that a run's record lists, one after the other in its order, and says what is wrong with each, if
 * anything: what `readListed` or `checkContents` throws.
 */
export async function* eachContents(
  directory: string,
  run: Run,
): AsyncGenerator<{ readonly path: string; readonly fault: string | undefined }> {
  for (const { path } of run.files) {
    const fault = await readListed(directory, run, path)
      .then((bytes) => checkContents(path, bytes, { directory, run }))
      .then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof InputError) return error.message;
          throw error;
        },
      );
    yield { path, fault };
  }
}
