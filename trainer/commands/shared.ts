import { stat } from 'node:fs/promises';
import process from 'node:process';
import { text } from '../cli/flag.ts';
import { unknownName } from '../cli/nearest.ts';
import { InputError } from '../errors.ts';
import { findRecipe, recipes } from '../recipes/index.ts';
import type { Recipe } from '../recipes/recipe.ts';

/** Flags that several commands take. */
export const artifactsFlag = text({
  description: 'folder that holds the runs',
  placeholder: 'DIR',
  default: 'artifacts',
});
export const dataFlag = text({
  description: 'folder with another 28×28 data set in four IDX files, gzipped or not',
  placeholder: 'DIR',
});

/** @throws InputError when the folder of runs is a file; none yet is as good as an empty one */
export async function checkArtifacts(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isDirectory())
    throw new InputError(`${path} is a file, and --artifacts takes the folder that holds the runs.`);
}

/** Words as a shell takes them back, each as it is: quoted where it holds more than plain characters. */
export function shellWords(words: readonly string[], platform: NodeJS.Platform = process.platform): string {
  const quoted = (word: string) =>
    platform === 'win32' ? `"${word.replaceAll('"', '""')}"` : `'${word.replaceAll("'", "'\\''")}'`;
  const plain = platform === 'win32' ? /^[\w@%+=:,./\\-]+$/ : /^[\w@%+=:,./-]+$/;
  return words.map((word) => (plain.test(word) ? word : quoted(word))).join(' ');
}

/** The command that goes on with a run, from where this one was called. */
export function resumeCommand(
  name: string,
  given: { readonly artifacts: string; readonly data?: string | undefined },
): string {
  const data = given.data === undefined ? [] : ['--data', given.data];
  return shellWords([
    'npm',
    'run',
    'train',
    '--',
    '--resume',
    name,
    ...inArtifacts(given.artifacts),
    ...data,
  ]);
}

/** The command that scores a run. */
export const evaluateCommand = (name: string, artifacts: string): string =>
  shellWords(['npm', 'run', 'evaluate', '--', '--run', name, ...inArtifacts(artifacts)]);

const inArtifacts = (artifacts: string) =>
  artifacts === artifactsFlag.fallback ? [] : ['--artifacts', artifacts];

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
