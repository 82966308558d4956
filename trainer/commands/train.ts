import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { EndStatus } from '../artifacts/records.ts';
import { runNameSchema } from '../artifacts/schema.ts';
import { freeRunName } from '../artifacts/writer.ts';
import { flagSwitch, parseFlags, text } from '../cli/flags.ts';
import { counted } from '../cli/format.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import { createReporter } from '../cli/progress.ts';
import type { Command } from '../cli/run-command.ts';
import { printGraph } from '../compile/graph.ts';
import type { Config } from '../config.ts';
import { type DigitData, type DigitSet, loadDigits } from '../data/digits.ts';
import { chooseEngine, startChosen } from '../engines/choose.ts';
import { startEngine } from '../engines/engine.ts';
import type { EngineInfo } from '../engines/program.ts';
import { exitCodes, InputError } from '../errors.ts';
import { buildGan } from '../gan/gan.ts';
import { startTraining, traceStep } from '../gan/training.ts';
import { stepsPerEpoch } from '../plan/inputs.ts';
import { defaultRecipe, recipes } from '../recipes/index.ts';
import { type Recipe, resolveConfig } from '../recipes/recipe.ts';
import { rehearse } from '../session/rehearse.ts';
import { trainRun } from '../session/run.ts';
import { isScored, splitDigits } from '../session/scores.ts';
import { configFlag, readOverrides, settingFlags } from './config-file.ts';
import { checkSameData, findResumed, resumedConfig, scheduleNote } from './resume.ts';
import { scoreFinished } from './score-finished.ts';
import { artifactsFlag, checkArtifacts, dataFlag, recipeNamed, resumeCommand, table } from './shared.ts';

const flags = {
  ...settingFlags,
  config: configFlag,
  name: text({ description: "the run's name; by default the recipe's, numbered", placeholder: 'RUN' }),
  artifacts: artifactsFlag,
  data: dataFlag,
  resume: text({
    description: 'go on with a run that was stopped, or train it for more --epochs',
    placeholder: 'RUN',
  }),
  dryRun: flagSwitch({ description: 'train a few steps, tell how fast they are, write nothing' }),
  printGraph: flagSwitch({ description: 'print the training step as the compiler sees it, and stop' }),
  noEvaluate: flagSwitch({
    description: 'leave a finished run without the final scores, which take about half a minute',
  }),
  json: flagSwitch({ description: 'progress as one JSON object a line on standard output' }),
  list: flagSwitch({ description: 'list the recipes, and stop' }),
};

export const train: Command = {
  summary: 'train a GAN on the digits and write the run into artifacts/',
  async run(argv) {
    const given = parseFlags(flags, argv, { bareWord: 'recipe' });
    if (given.list) {
      process.stdout.write(listRecipes());
      return exitCodes.done;
    }
    const overrides = await readOverrides(given, flags);
    if (given.resume !== undefined && given.name !== undefined)
      throw new InputError(
        `A resumed run keeps its name: leave out --name ${given.name}, or train anew without --resume.`,
      );
    await checkArtifacts(given.artifacts, { reading: given.resume !== undefined });
    const resumed = given.resume === undefined ? undefined : await findResumed(given.artifacts, given.resume);
    const recipe = recipeNamed(resumed?.run.recipe ?? overrides.recipe ?? defaultRecipe.name);
    const resolved = resumed ? resumedConfig(resumed, overrides) : resolveConfig(recipe, overrides);
    const { config } = resolved;

    if (given.printGraph) {
      process.stdout.write(`${printGraph(traceStep(buildGan(recipe, config)).graph)}\n`);
      return exitCodes.done;
    }

    const name = resumed?.run.name ?? (await newName(given.artifacts, given.name, recipe.name));
    const data = await loadDigits({ dir: given.data, limit: config.limit });
    if (resumed) checkSameData(resumed, data);
    const split = splitDigits(data, config, resumed?.run);
    checkData(data, split.seen, recipe, config);
    const reporter = createReporter({ json: given.json });
    const moved = resumed && scheduleNote(resumed, config, stepsPerEpoch(split.seen.count, config.batch));
    if (moved) reporter.note(moved);
    const auto = { say: (sentence: string) => reporter.note(sentence) };
    const info = await chooseEngine(config, auto);
    // From here on Ctrl-C asks rather than kills, so that nothing is lost.
    const interrupt = onInterrupt(auto);
    const from = resumed?.checkpoint;
    const start = async (on: EngineInfo) => {
      const engine = startEngine(on);
      try {
        return {
          engine,
          training: await startTraining({ recipe, config, digits: split.seen, engine, from }),
        };
      } catch (error) {
        await engine.dispose();
        throw error;
      }
    };
    let started: Awaited<ReturnType<typeof start>> | undefined;
    try {
      started = await startChosen(info, { config, start, auto });
      const { engine, training } = started;
      if (given.dryRun) {
        const digits = split.seen.count;
        return await rehearse({ training, digits, config, engine: engine.info, reporter, interrupt });
      }
      const { artifacts } = given;
      const goOn = (run: string) => resumeCommand(run, given);
      const run = {
        artifacts,
        name,
        renames: !resumed && given.name === undefined,
        resolved,
        data,
        split,
        engine,
        training,
        reporter,
        interrupt,
        from,
        goOn,
      };
      const end = await trainRun(run);
      let code: number = end.status === 'stopped' ? interrupt.exitCode : endCodes[end.status];
      if (end.status === 'finished' && !given.noEvaluate && isScored(config, data) && !interrupt.stopping) {
        interrupt.dispose();
        // The scores have an engine of their own; the step's holds hundreds of megabytes.
        await engine.dispose();
        code = await scoreFinished({
          artifacts,
          name: end.run,
          digits: data,
          threads: config.threads,
          reporter,
        });
      }
      const advice = end.status === 'stopped' && end.folder !== null ? ` Go on with: ${goOn(end.run)}` : '';
      reporter.end({ ...end, message: end.message && end.message + advice });
      return code;
    } finally {
      interrupt.dispose();
      await started?.engine.dispose();
    }
  },
};

const endCodes: Readonly<Record<Exclude<EndStatus, 'stopped'>, number>> = {
  finished: exitCodes.done,
  diverged: exitCodes.diverged,
};

function listRecipes(): string {
  const value = (recipe: Recipe) => {
    const { epochs, batch } = resolveConfig(recipe).config;
    return `${epochs} epochs of batches of ${batch}`;
  };
  return table(
    recipes.map((r) => [r === defaultRecipe ? `${r.name} (default)` : r.name, value(r), r.summary]),
  );
}

/** @throws InputError where data, recipe and batch do not fit */
function checkData(
  data: DigitData,
  { count }: DigitSet,
  { name, classes }: Recipe,
  { batch, limit }: Config,
): void {
  if (count < batch)
    throw new InputError(
      `${counted(count, 'digit')} can't fill a batch of ${batch}; give a smaller --batch${limit > 0 ? ' or a larger --limit' : ''}.`,
    );
  if (classes > 0 && data.classes !== classes)
    throw new InputError(
      `${name} draws ${classes} classes and these digits have ${data.classes}; use a recipe without classes, such as mlp.`,
    );
}

/** @throws InputError for a name that is taken, or that no run can have */
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
