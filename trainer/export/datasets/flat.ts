import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { originalNames, type Role } from '../../data/find-files.ts';
import { digitPixels, digitSide } from '../../data/idx-format.ts';
import { idxImagesHeader, idxLabelsHeader } from '../../data/idx-writer.ts';
import { type GrowingFile, openWhole } from '../../files.ts';
import { npyHeader } from './npy-header.ts';
import { type DatasetOptions, type DatasetWriter, requireFreeFile, requireFreeFolder } from './sink.ts';

/** A file that is a header and then one byte after another. */
interface FlatFile {
  readonly path: string;
  readonly header: Uint8Array;
}

/** So many digits that come one after another, and the files that they go to. */
interface FlatPart {
  readonly count: number;
  readonly images: FlatFile;
  readonly labels?: FlatFile;
}

interface FlatFiles {
  readonly parts: readonly FlatPart[];
  /** Files of a data set that was replaced, which would be taken for parts of this one. */
  readonly stale: readonly string[];
  readonly undo?: () => Promise<void>;
}

async function openFlat({ parts, stale, undo }: FlatFiles): Promise<DatasetWriter> {
  const files = new Map<FlatFile, GrowingFile>();
  const abort = async () => {
    for (const file of files.values()) await file.abort();
    await undo?.();
  };
  const wanted = parts.flatMap(({ images, labels }) => (labels ? [images, labels] : [images]));
  try {
    for (const flat of wanted) {
      const file = await openWhole(flat.path);
      files.set(flat, file);
      await file.write(flat.header);
    }
  } catch (error) {
    await abort();
    throw error;
  }
  let written = 0;
  return {
    write: async (digits, classes) => {
      const n = digits.length / digitPixels;
      let first = 0;
      for (const { count, images, labels } of parts) {
        const [from, to] = [Math.max(0, first - written), Math.min(n, first + count - written)];
        first += count;
        if (from >= to) continue;
        await files.get(images)?.write(digits.subarray(from * digitPixels, to * digitPixels));
        if (labels) await files.get(labels)?.write(classes?.subarray(from, to) ?? new Uint8Array(to - from));
      }
      written += n;
    },
    close: async () => {
      for (const file of files.values()) await file.commit();
      for (const path of stale) await rm(path, { force: true });
      return wanted.map(({ path }) => path);
    },
    abort,
  };
}

/**
 * The files of the original MNIST in the folder `out`, as every reader of MNIST takes them: the first digits to train
 * on, the last `test` ones to test by. Readers want labels too; where there are none, all are 0, those of one class.
 */
export async function openIdx(
  out: string,
  { count, test = 0, force }: DatasetOptions,
): Promise<DatasetWriter> {
  const undo = await requireFreeFolder(out, force);
  const part = (images: Role, labels: Role, digits: number): FlatPart => ({
    count: digits,
    images: { path: join(out, originalNames[images]), header: idxImagesHeader(digits) },
    labels: { path: join(out, originalNames[labels]), header: idxLabelsHeader(digits) },
  });
  const training = part('trainImages', 'trainLabels', count - test);
  if (test > 0)
    return await openFlat({ parts: [training, part('testImages', 'testLabels', test)], stale: [], undo });
  const stale = [originalNames.testImages, originalNames.testLabels].map((name) => join(out, name));
  return await openFlat({ parts: [training], stale, undo });
}

/** NumPy's format: `out` is uint8 [count, 28, 28]; labels, uint8 [count], go to `-labels.npy` beside it. */
export async function openNpy(
  out: string,
  { count, labelled, force }: DatasetOptions,
): Promise<DatasetWriter> {
  const labelsPath = `${out.slice(0, -'.npy'.length)}-labels.npy`;
  await requireFreeFile(out, { ending: '.npy', force });
  await requireFreeFile(labelsPath, { ending: '.npy', force });
  const images = { path: out, header: npyHeader([count, digitSide, digitSide]) };
  if (!labelled) return await openFlat({ parts: [{ count, images }], stale: [labelsPath] });
  const labels = { path: labelsPath, header: npyHeader([count]) };
  return await openFlat({ parts: [{ count, images, labels }], stale: [] });
}
