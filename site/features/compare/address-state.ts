import { readParameter, writeParameters } from '../../address.ts';
import { parseEpoch } from '../cursor/cursor.ts';
import { type Comparison, chooseRuns, type Side, timeline, type View } from './comparison.ts';
import { type SideLetter, sideLetters } from './letters.ts';

/*
 * The address of a comparison: ?a=RUN&b=RUN, up to d; with it &epoch=N for all sides, or &ea=N&eb=N for each
 * side's own; &view=wipe for two grids over one another. What it leaves out is the newest, the last, the first.
 */

type LoadedSide = Omit<Side, 'epoch'>;
type Changes = Record<string, string | undefined>;

const ownEpoch = (letter: SideLetter) => `e${letter}`;

/** The runs that the address asks for, one for each side; an address that asks for others is mended. */
export function readRuns(known: readonly string[]): string[] {
  const wanted = sideLetters.map(readParameter);
  const names = chooseRuns(wanted, known);
  if (wanted.some((name, i) => name !== null && name !== names[i])) writeRuns(names);
  return names;
}

/** What the address says of each side's own epoch. */
export function readOwnEpochs(): (string | undefined)[] {
  return sideLetters.map((letter) => readParameter(ownEpoch(letter)) ?? undefined);
}

/** @param epochs the sides' own epochs, which go along when a side moves up */
export function writeRuns(
  names: readonly string[],
  epochs: readonly (string | undefined)[] = readOwnEpochs(),
): void {
  const changes: Changes = {};
  for (const [i, letter] of sideLetters.entries()) {
    changes[letter] = names[i];
    changes[ownEpoch(letter)] = names[i] === undefined ? undefined : epochs[i];
  }
  writeParameters(changes);
}

/** The epochs and the view that the address asks for; what is wrong there is mended. */
export function readComparison(sides: readonly LoadedSide[]): Comparison {
  const view = readParameter('view') === 'wipe' ? 'wipe' : 'sides';
  if (readParameter('view') !== 'wipe') writeView('sides');
  return { ...readEpochs(sides), view };
}

function readEpochs(sides: readonly LoadedSide[]): Omit<Comparison, 'view'> {
  const own = sides.some(({ letter }) => readParameter(ownEpoch(letter)) !== null);
  const stops = timeline(sides.map(({ run }) => run));
  if (!own && readParameter('epoch') === null && isOneRun(sides))
    return { linked: false, sides: ends(sides) };
  if (own) {
    writeParameters({ epoch: undefined });
    const placed = sides.map((side) => {
      const published = side.run.frames.map(({ epoch }) => epoch);
      return { ...side, epoch: readEpoch(ownEpoch(side.letter), published, { spell: true }) };
    });
    return { linked: false, sides: placed };
  }
  const epoch = readEpoch('epoch', stops, { spell: isOneRun(sides) });
  return { linked: true, sides: sides.map((side) => ({ ...side, epoch })) };
}

/** One run beside itself is its first grid beside its last. */
function ends(sides: readonly LoadedSide[]): Side[] {
  return sides.map((side, i) => {
    const { frames } = side.run;
    return { ...side, epoch: (i === 0 ? frames[0] : frames.at(-1))?.epoch ?? 0 };
  });
}

function isOneRun(sides: readonly LoadedSide[]): boolean {
  return sides.length > 1 && sides.every(({ run }) => run.name === sides[0]?.run.name);
}

/** @param spell whether the last epoch, too, stands in a mended address: where without it, others would be shown */
function readEpoch(
  name: string,
  published: readonly number[],
  { spell }: { readonly spell: boolean },
): number {
  const wanted = readParameter(name);
  const epoch = parseEpoch(wanted, published);
  if (wanted !== null && wanted !== String(epoch))
    writeParameters({ [name]: epoch === published.at(-1) && !spell ? undefined : String(epoch) });
  return epoch;
}

export function writeEpochs({ sides, linked }: Comparison): void {
  const changes: Changes = { epoch: linked ? String(sides[0]?.epoch) : undefined };
  for (const letter of sideLetters) {
    const side = sides.find((candidate) => candidate.letter === letter);
    changes[ownEpoch(letter)] = linked || !side ? undefined : String(side.epoch);
  }
  writeParameters(changes);
}

export function writeView(view: View): void {
  if (view === 'wipe' || readParameter('view') !== null)
    writeParameters({ view: view === 'wipe' ? view : undefined });
}
