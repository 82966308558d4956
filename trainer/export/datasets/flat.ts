import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type GrowingFile, openWhole } from '../../artifacts/atomic.ts';
import { digitSide } from '../../data/idx-format.ts';
import { idxImagesHeader, idxLabelsHeader } from '../../data/idx-writer.ts';
import { npyHeader } from './npy-header.ts';
import { type DatasetOptions, type DatasetWriter, requireFreeFile, requireFreeFolder } from './sink.ts';

/** A file that is a header and then one byte after another. */
interface FlatFile {
  readonly path: string;
  readonly header: Uint8Array;
}

interface FlatFiles {
  readonly images: FlatFile;
  readonly labels: FlatFile;
  readonly labelled: boolean;
  readonly undo?: () => Promise<void>;
}

async function openFlat({ images, labels, labelled, undo }: FlatFiles): Promise<DatasetWriter> {
  const files: GrowingFile[] = [];
  const abort = async () => {
    for (const file of files) await file.abort();
    await undo?.();
  };
  const wanted = labelled ? [images, labels] : [images];
  try {
    for (const { path, header } of wanted) {
      const file = await openWhole(path);
      files.push(file);
      await file.write(header);
    }
  } catch (error) {
    await abort();
    throw error;
  }
  return {
    write: async (digits, classes) => {
      const parts = classes ? [digits, classes] : [digits];
      for (const [i, part] of parts.entries()) await files[i]?.write(part);
    },
    close: async () => {
      for (const file of files) await file.commit();
      // Labels of the digits that were replaced would be taken for theirs.
      if (!labelled) await rm(labels.path, { force: true });
      return wanted.map(({ path }) => path);
    },
    abort,
  };
}

/** The files of the original MNIST in the folder `out`, as every reader of MNIST takes them. */
export async function openIdx(
  out: string,
  { count, labelled, force }: DatasetOptions,
): Promise<DatasetWriter> {
  const undo = await requireFreeFolder(out, force);
  return await openFlat({
    images: { path: join(out, 'train-images-idx3-ubyte'), header: idxImagesHeader(count) },
    labels: { path: join(out, 'train-labels-idx1-ubyte'), header: idxLabelsHeader(count) },
    labelled,
    undo,
  });
}

/** NumPy's format: `out` is uint8 [count, 28, 28]; labels, uint8 [count], go to `-labels.npy` beside it. */
export async function openNpy(
  out: string,
  { count, labelled, force }: DatasetOptions,
): Promise<DatasetWriter> {
  const labelsPath = `${out.slice(0, -'.npy'.length)}-labels.npy`;
  await requireFreeFile(out, { ending: '.npy', force });
  await requireFreeFile(labelsPath, { ending: '.npy', force });
  return await openFlat({
    images: { path: out, header: npyHeader([count, digitSide, digitSide]) },
    labels: { path: labelsPath, header: npyHeader([count]) },
    labelled,
  });
}
