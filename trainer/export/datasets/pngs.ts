import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digitPixels, digitSide } from '../../data/idx-format.ts';
import { temporaryPath } from '../../files.ts';
import { encodeGreyPng } from '../png.ts';
import { type DatasetOptions, type DatasetWriter, requireFreeFolder } from './sink.ts';

const ownName = /^\d{5,}(?:-\d+)?\.png$/;

/**
 * One PNG for each digit in the folder `out`: `00000.png`, or `00000-7.png` when the digit is a 7. They gather
 * in a hidden folder in `out` until all are there.
 */
export async function openPngs(out: string, { count, force }: DatasetOptions): Promise<DatasetWriter> {
  const undo = await requireFreeFolder(out, force);
  const gathering = temporaryPath(join(out, 'digits'));
  await mkdir(gathering);
  const width = Math.max(5, String(count - 1).length);
  let written = 0;
  return {
    write: async (digits, labels) => {
      const first = written;
      const writeDigit = async (i: number) => {
        const label = labels ? `-${labels[i]}` : '';
        const name = `${String(first + i).padStart(width, '0')}${label}.png`;
        const pixels = digits.subarray(i * digitPixels, (i + 1) * digitPixels);
        await writeFile(join(gathering, name), await encodeGreyPng(pixels, digitSide, digitSide));
      };
      const n = digits.length / digitPixels;
      const together = 64;
      for (let start = 0; start < n; start += together)
        await Promise.all(
          Array.from({ length: Math.min(together, n - start) }, (_, i) => writeDigit(start + i)),
        );
      written += n;
    },
    close: async () => {
      for (const name of (await readdir(out)).filter((found) => ownName.test(found)))
        await rm(join(out, name));
      for (const name of await readdir(gathering)) await rename(join(gathering, name), join(out, name));
      await rm(gathering, { recursive: true });
      return [out];
    },
    abort: async () => {
      await rm(gathering, { recursive: true, force: true });
      await undo();
    },
  };
}
