import { stat } from 'node:fs/promises';
import { shellWords } from '../../tools/launcher/command-line.mjs';
import { path } from '../cli/flags.ts';
import { InputError, unknownName } from '../errors.ts';
import { findRecipe, recipes } from '../recipes/index.ts';
import type { Recipe } from '../recipes/recipe.ts';

/** Flags that several commands take. */
export const artifactsFlag = path({
  description: 'folder that holds the runs',
  placeholder: 'DIR',
  default: 'artifacts',
});
export const dataFlag = path({
  description: 'folder with another 28×28 data set in four IDX files, gzipped or not',
  placeholder: 'DIR',
});

/**
 * @param reading whether the runs are only read: the default folder may be missing then, one that was named may not
 * @throws InputError when the folder of runs is a file, or missing and to be read
 */
export async function checkArtifacts(path: string, { reading = true } = {}): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found && reading && path !== artifactsFlag.fallback)
    throw new InputError(`There is no folder ${path}, and --artifacts takes the folder that holds the runs.`);
  if (found && !found.isDirectory())
    throw new InputError(`${path} is a file, and --artifacts takes the folder that holds the runs.`);
}

/** The flag that names the folder of runs to another command, where it is not the default one. */
const inArtifacts = (artifacts: string): string[] =>
  artifacts === artifactsFlag.fallback ? [] : ['--artifacts', artifacts];

/** A command of ours as a line to paste. */
const inkling = (command: string, ...flags: string[]): string =>
  shellWords(['npm', 'run', command, '--', ...flags]);

/** The command that goes on with a run, from where this one was called. */
export function resumeCommand(
  name: string,
  { artifacts, data }: { readonly artifacts: string; readonly data?: string | undefined },
): string {
  const dataFlag = data === undefined ? [] : ['--data', data];
  return inkling('train', '--resume', name, ...inArtifacts(artifacts), ...dataFlag);
}

/** The command that scores a run. */
export const evaluateCommand = (name: string, artifacts: string): string =>
  inkling('evaluate', '--run', name, ...inArtifacts(artifacts));

/** @throws InputError offering the nearest recipe */
export function recipeNamed(name: string): Recipe {
  const recipe = findRecipe(name);
  if (recipe) return recipe;
  throw new InputError(
    unknownName(
      'recipe',
      name,
      recipes.map((r) => r.name),
    ),
  );
}

/** Rows of cells as aligned columns; numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => String(row[column] ?? '').length)),
  );
  const line = (row: readonly (string | number)[]) =>
    row
      .map((cell, i) =>
        typeof cell === 'number' ? String(cell).padStart(widths[i]!) : String(cell).padEnd(widths[i]!),
      )
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}
