import { stat } from 'node:fs/promises';
import { path } from '../cli/flag.ts';
import { unknownName } from '../cli/nearest.ts';
import { InputError } from '../errors.ts';
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

/** @throws InputError when the folder of runs is a file; none yet is as good as an empty one */
export async function checkArtifacts(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isDirectory())
    throw new InputError(`${path} is a file, and --artifacts takes the folder that holds the runs.`);
}

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
