import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import process from 'node:process';
import { z } from 'zod';
import type { RunDetails } from '../artifacts/records.ts';
import type { DigitData } from '../data/digits.ts';
import type { EngineInfo } from '../engines/program.ts';
import { outputRange } from '../export/pixels.ts';
import type { Game } from '../gan/game.ts';
import type { Gan } from '../gan/gan.ts';
import { summariseNetwork } from '../gan/summary.ts';
import { gridShape } from '../plan/plan.ts';
import type { Resolved } from '../recipes/recipe.ts';

/** Packages whose version can change what a run computes. */
const packages = ['@tensorflow/tfjs', 'onnxruntime-node'] as const;
const manifest = z.object({ version: z.string() });

async function versionOf(path: string | URL): Promise<string> {
  return manifest.parse(JSON.parse(await readFile(path, 'utf8'))).version;
}

/** The versions that a run depends on, for its record. */
export async function versions(): Promise<Record<string, string>> {
  const { resolve } = createRequire(import.meta.url);
  const own = new URL('../../package.json', import.meta.url);
  const entries = packages.map(
    async (name) => [name, await versionOf(resolve(`${name}/package.json`))] as const,
  );
  return {
    inkling: await versionOf(own),
    node: process.versions.node,
    ...Object.fromEntries(await Promise.all(entries)),
  };
}

/** What a run's record says of it before the first step. */
export async function describeRun({
  name,
  resolved: { config, origins },
  recipe,
  data,
  heldOut,
  engine,
  gan,
}: {
  readonly name: string;
  readonly resolved: Resolved;
  readonly recipe: Game;
  readonly data: DigitData;
  readonly heldOut: number;
  readonly engine: EngineInfo;
  readonly gan: Gan;
}): Promise<RunDetails> {
  return {
    name,
    recipe: recipe.name,
    config,
    origins: { ...origins },
    engine: { requested: config.engine, ...engine },
    versions: await versions(),
    data: {
      name: data.name,
      train: data.train.count,
      test: data.test.count,
      heldOut,
      sha256: data.sha256,
    },
    networks: {
      generator: summariseNetwork(gan.generator),
      discriminator: summariseNetwork(gan.discriminator),
    },
    generator: {
      latentSize: config.latentSize,
      classes: recipe.classes,
      range: outputRange(config.outputActivation),
      ema: config.emaDecay > 0,
    },
    grid: { seed: config.seed, ...gridShape, cell: 28 },
  };
}
