import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { type Checkpoint, readCheckpoint } from '../artifacts/checkpoint.ts';
import { findRun } from '../artifacts/reader.ts';
import { freeRunName } from '../artifacts/run-folder.ts';
import type { Run } from '../artifacts/schema.ts';
import { runNameSchema } from '../artifacts/schema.ts';
import { openRun } from '../artifacts/writer.ts';
import { flagSwitch, optionName, text } from '../cli/flag.ts';
import { parseFlags } from '../cli/flags.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import { createReporter } from '../cli/progress.ts';
import type { Command } from '../cli/run-command.ts';
import { schemaFlags } from '../cli/schema-flags.ts';
import { printGraph } from '../compile/graph.ts';
import { type Config, type ConfigField, configSchema } from '../config.ts';
import { type DigitData, loadDigits } from '../data/digits.ts';
import { chooseEngine } from '../engines/choose.ts';
import { startEngine } from '../engines/engine.ts';
import { exitCodes, InputError } from '../errors.ts';
import { buildGan } from '../gan/gan.ts';
import { stepsPerEpoch } from '../gan/inputs.ts';
import { startTraining, traceStep } from '../gan/training.ts';
import { defaultRecipe, recipes } from '../recipes/index.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { rehearse } from '../rehearse.ts';
import { describeRun } from '../run-details.ts';
import { type Chosen, type Settled, settle } from '../settings.ts';
import { createSnapshots } from '../snapshots.ts';
import { train as trainLoop } from '../train.ts';
import { artifactsFlag, dataFlag, recipeNamed, table } from './shared.ts';

const flags = {
  ...schemaFlags(configSchema),
  name: text({ description: "the run's name; by default the recipe's, numbered", placeholder: 'RUN' }),
  artifacts: artifactsFlag,
  data: dataFlag,
  resume: text({
    description: 'go on with a run that was stopped, or train it for more --epochs',
    placeholder: 'RUN',
  }),
  dryRun: flagSwitch({ description: 'train a few steps, tell how fast they are, write nothing' }),
  printGraph: flagSwitch({ description: 'print the training step as the compiler sees it, and stop' }),
  json: flagSwitch({ description: 'progress as one JSON object a line on standard output' }),
  list: flagSwitch({ description: 'list the recipes, and stop' }),
};

/** What a resumed run may be given anew: how far and where it runs, not what it computes. */
const resumable: readonly ConfigField[] = ['epochs', 'engine', 'threads', 'publishEvery', 'modelEvery'];

export const train: Command = {
  summary: 'train a GAN on the digits and write the run into artifacts/',
  async run(argv) {
    const given = parseFlags(flags, argv, { bareWord: 'recipe' });
    if (given.list) {
      process.stdout.write(listRecipes());
      return exitCodes.done;
    }
    const chosen = chosenFields(given);
    const resumed =
      given.resume === undefined ? undefined : await openResumed(given.artifacts, given.resume, given);
    const recipe = recipeNamed(resumed?.run.recipe ?? given.recipe ?? defaultRecipe.name);
    const settled = resumed ? resumedSettings(resumed, chosen) : settle(recipe, chosen);
    const { config } = settled;

    if (given.printGraph) {
      process.stdout.write(`${printGraph(traceStep(buildGan(recipe, config)).graph)}\n`);
      return exitCodes.done;
    }

    const data = await loadDigits({ dir: given.data, limit: config.limit });
    checkData(data, recipe, config, resumed?.run);
    const name = resumed?.run.name ?? (await newName(given.artifacts, given.name, recipe.name));
    const reporter = createReporter({ json: given.json });
    // From here on Ctrl-C asks rather than kills, so that nothing is lost.
    const interrupt = onInterrupt({ say: (sentence) => reporter.note(sentence) });
    const engine = startEngine(await chooseEngine(config));
    try {
      const training = await startTraining({
        recipe,
        config,
        digits: data.train,
        engine,
        from: resumed?.checkpoint,
      });
      if (given.dryRun) return await rehearse({ training, data, config, engine, reporter, interrupt });
      const writer = await openRun({
        artifacts: given.artifacts,
        details: await describeRun({ name, settled, recipe, data, engine: engine.info, gan: training.gan }),
        resume: resumed?.checkpoint,
      });
      const snapshots = await createSnapshots({ engine, training, grid: writer.run().grid });
      if (!resumed) await writer.writeReals(await snapshots.reals(data.train));
      reporter.start({
        run: name,
        recipe: recipe.name,
        engine: `${engine.info.used} on ${engine.info.device}`,
        epochs: config.epochs,
        stepsPerEpoch: stepsPerEpoch(data.train.count, config.batch),
        batch: config.batch,
        step: resumed?.checkpoint.step ?? 0,
      });
      const outcome = await trainLoop({
        training,
        digits: data.train.count,
        writer,
        reporter,
        interrupt,
        snapshot: snapshots.take,
        from: resumed?.checkpoint,
      });
      const { status, message, epoch, step, seconds } = outcome;
      const advice =
        status === 'stopped' ? `${message} Go on with: npm run train -- --resume ${name}` : message;
      reporter.end({
        run: name,
        status,
        epochs: epoch,
        step,
        seconds,
        folder: writer.directory,
        message: advice,
      });
      return { finished: exitCodes.done, stopped: exitCodes.interrupted, diverged: exitCodes.diverged }[
        status
      ];
    } finally {
      interrupt.dispose();
      await engine.dispose();
    }
  },
};

/** The fields of the configuration among the flags, where they were given. */
function chosenFields(given: Readonly<Record<string, unknown>>): Chosen {
  const fields = Object.keys(configSchema.shape).filter((field) => given[field] !== undefined);
  return Object.fromEntries(fields.map((field) => [field, given[field]]));
}

function listRecipes(): string {
  const value = ({ settings }: Recipe) =>
    `${settings.epochs.value} epochs of batches of ${settings.batch.value}`;
  return table(
    recipes.map((r) => [r === defaultRecipe ? `${r.name} (default)` : r.name, value(r), r.summary]),
  );
}

interface Resumed {
  readonly run: Run;
  readonly checkpoint: Checkpoint;
}

async function openResumed(
  artifacts: string,
  name: string,
  given: { name?: string | undefined },
): Promise<Resumed> {
  if (given.name !== undefined)
    throw new InputError(
      `A resumed run keeps its name: leave out --name ${given.name}, or train anew without --resume.`,
    );
  const { directory, run } = await findRun(artifacts, name);
  return { run, checkpoint: await readCheckpoint(directory) };
}

/** @throws InputError where the user asks for something that a resumed run can't change, or for nothing more to do */
function resumedSettings({ run, checkpoint }: Resumed, chosen: Chosen): Settled {
  const changed = Object.entries(chosen).find(
    ([field, value]) =>
      !resumable.includes(field as ConfigField) && value !== run.config[field as ConfigField],
  );
  if (changed)
    throw new InputError(
      `${run.name} was trained with --${optionName(changed[0])} ${run.config[changed[0] as ConfigField]}, and a resumed run can't change that to ${changed[1]}; train anew under another --name.`,
    );
  const config: Config = configSchema.parse({ ...run.config, ...chosen });
  if (checkpoint.epoch >= config.epochs)
    throw new InputError(
      `${run.name} has its ${checkpoint.epoch} epochs; give more than that with --epochs to train it further.`,
    );
  const again = Object.fromEntries(Object.keys(chosen).map((field) => [field, 'chosen' as const]));
  return { config, origins: { ...run.origins, ...again } };
}

/** @throws InputError where data and recipe do not fit, or a resumed run would see other data */
function checkData(data: DigitData, recipe: Recipe, { batch }: Config, resumed: Run | undefined): void {
  if (data.train.count < batch)
    throw new InputError(
      `${data.train.count} digits do not fill one batch of ${batch}; give a smaller --batch or a larger --limit.`,
    );
  if (recipe.classes > 0 && data.classes !== recipe.classes)
    throw new InputError(
      `${recipe.name} draws ${recipe.classes} classes and ${data.name} has ${data.classes}; use a recipe without classes, such as mlp.`,
    );
  if (resumed && resumed.data.sha256 !== data.sha256)
    throw new InputError(
      `${resumed.name} was trained on other data (${resumed.data.name}) than ${data.name}; give its --data.`,
    );
}

async function newName(artifacts: string, asked: string | undefined, recipe: string): Promise<string> {
  if (asked === undefined) return await freeRunName(artifacts, recipe);
  const parsed = runNameSchema.safeParse(asked);
  if (!parsed.success)
    throw new InputError(`--name ${asked} will not do: it ${parsed.error.issues[0]?.message}.`);
  const taken = await stat(join(artifacts, asked)).then(
    () => true,
    () => false,
  );
  if (taken)
    throw new InputError(
      `There is a run ${asked} already; give another --name, or go on with it by --resume ${asked}.`,
    );
  return asked;
}
