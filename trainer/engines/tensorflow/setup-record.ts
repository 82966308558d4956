import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { FailedError } from '../../errors.ts';

/** What `npm run setup:cuda` leaves behind: where the addon is, and what it was built against. */
export const setupRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** The addon that was built, an absolute path. */
  addon: z.string(),
  /** The folder of the libtensorflow that it loads. */
  library: z.string(),
  tensorflow: z.string().describe('version of libtensorflow, as it names itself'),
  tfjsNode: z.string().describe('the package whose addon was built'),
  /** Whether a kernel ran on a GPU when it was set up. */
  gpu: z.string().nullable().describe('the GPU, as its driver names it'),
});
export type SetupRecord = z.infer<typeof setupRecordSchema>;

/** Everything of TensorFlow's that is not part of a plain install. */
export const tensorflowFolder = fileURLToPath(new URL('../../../.cache/tensorflow', import.meta.url));
/** Set, the record has to be there: tests that need TensorFlow then fail where they would be left out. */
const elsewhere = process.env.INKLING_TENSORFLOW;
const recordFile = elsewhere ?? `${tensorflowFolder}/setup.json`;

/** The record, or undefined where TensorFlow was not set up. @throws FailedError when it can't be read */
export function readSetup(file = recordFile): SetupRecord | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    if (elsewhere === undefined) return undefined;
    throw new FailedError(
      `There is no ${file}, which INKLING_TENSORFLOW names; unset it, or run npm run setup:cuda.`,
    );
  }
  try {
    return setupRecordSchema.parse(JSON.parse(text));
  } catch {
    throw new FailedError(`${file} is not what this version writes; run npm run setup:cuda again.`);
  }
}
