import process from 'node:process';
import type { NetworkSummary } from '../artifacts/schema.ts';
import { parseFlags, schemaFlags, text } from '../cli/flags.ts';
import { formatCount } from '../cli/format.ts';
import type { Command } from '../cli/run-command.ts';
import { configSchema } from '../config.ts';
import { exitCodes } from '../errors.ts';
import { buildGan } from '../gan/gan.ts';
import { summariseNetwork } from '../gan/summary.ts';
import { defaultRecipe } from '../recipes/index.ts';
import { resolveConfig } from '../recipes/recipe.ts';
import { configFlag, readOverrides } from './config-file.ts';
import { recipeNamed, table } from './shared.ts';

// Of the settings, those that change the layers.
const { latentSize, dropout } = schemaFlags(configSchema);
const flags = {
  recipe: { ...text({ description: 'the recipe to show' }), shownDefault: defaultRecipe.name },
  latentSize,
  dropout,
  config: configFlag,
};

export const summary: Command = {
  summary: "show a recipe's networks: layers, output shapes, parameters, multiply-adds",
  async run(argv) {
    const overrides = await readOverrides(parseFlags(flags, argv, { bareWord: 'recipe' }), flags);
    const recipe = recipeNamed(overrides.recipe ?? defaultRecipe.name);
    const { config } = resolveConfig(recipe, overrides);
    const { generator, discriminator } = buildGan(recipe, config);
    process.stdout.write(
      [
        `${recipe.name}: ${recipe.summary}\n`,
        describeNetwork('generator', summariseNetwork(generator)),
        describeNetwork('discriminator', summariseNetwork(discriminator)),
      ].join('\n'),
    );
    return exitCodes.done;
  },
};

function describeNetwork(name: string, { layers, parameters, macs }: NetworkSummary): string {
  const right = (n: number) => formatCount(n).padStart(12);
  const rows = [
    [name, 'type', 'output', '  parameters', 'multiply-adds'],
    ...layers.map((l) => [
      l.name,
      l.type,
      l.output.join(' × '),
      right(l.parameters),
      right(l.macs).padStart(13),
    ]),
    ['total', '', '', right(parameters), right(macs).padStart(13)],
  ];
  return table(rows);
}
