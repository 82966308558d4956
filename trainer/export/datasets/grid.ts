import { digitPixels } from '../../data/idx-format.ts';
import { InputError } from '../../errors.ts';
import { writeWhole } from '../../files.ts';
import { encodeGrid } from '../grid.ts';
import { type DatasetOptions, type DatasetWriter, requireFreeFile } from './sink.ts';

/** 100 × 100 digits are 2,800 pixels a side, as much as a screen or a printer makes use of. */
export const maximumGridDigits = 10_000;

/** One PNG of all digits, row by row without gaps. Labels are not shown. */
export async function openGrid(
  out: string,
  { count, force, columns = Math.ceil(Math.sqrt(count)) }: DatasetOptions,
): Promise<DatasetWriter> {
  if (count > maximumGridDigits)
    throw new InputError(
      `A grid of ${count} digits is too large to look at; ask for ${maximumGridDigits} at most, or for another format.`,
    );
  if (!Number.isInteger(columns) || columns < 1 || columns > count)
    throw new InputError(`A grid of ${count} digits cannot have ${columns} columns; give 1 to ${count}.`);
  await requireFreeFile(out, { ending: '.png', force });
  const digits = new Uint8Array(count * digitPixels);
  let written = 0;
  return {
    write: async (images) => {
      digits.set(images, written);
      written += images.length;
    },
    close: async () => {
      await writeWhole(out, await encodeGrid(digits, { rows: Math.ceil(count / columns), columns }));
      return [out];
    },
    abort: async () => undefined,
  };
}
