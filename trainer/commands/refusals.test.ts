import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineNames } from '../engines/registry.ts';
import { readSetup } from '../engines/tensorflow.ts';
import { runCommand, writeDigits } from './command-fixture.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { generate } from './generate.ts';
import { runs } from './runs.ts';
import { summary } from './summary.ts';
import { train } from './train.ts';

const commands = { train, generate, evaluate, summary, runs, doctor };
let folder: string;
let artifacts: string;
let letters: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-'));
  artifacts = join(folder, 'artifacts');
  letters = join(folder, 'letters');
  await writeDigits(letters, { count: 60, classes: 26 });
  await writeFile(join(folder, 'file'), '');
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a command line, `ARTIFACTS`, `LETTERS` and so on standing for paths. */
const run = (line: string) =>
  runCommand(
    commands,
    ...line
      .split(' ')
      .map((word) =>
        word.replace('ARTIFACTS', artifacts).replace('FOLDER', folder).replace('LETTERS', letters),
      ),
  );

describe('bad input ends with code 2 and one sentence that helps, nothing written', () => {
  it.each([
    ['train --recipe mpl', 'There is no recipe mpl; did you mean mlp?'],
    ['train --epoch 3', 'There is no flag --epoch; did you mean --epochs?'],
    ['train mlp', 'mlp stands alone, without a flag before it; did you mean --recipe mlp?'],
    ['train --epochs 0', '--epochs takes a whole number from 1 to 10000, not "0".'],
    ['train --engine gpu', `--engine takes one of auto, ${engineNames.join(', ')}, not "gpu".`],
    ['train webgpu', 'did you mean --engine webgpu?'],
    // Where it was set up with a GPU, it is no bad input.
    ...((readSetup()?.gpu ? [] : [['train --engine cuda', 'run npm run setup:cuda']]) as [string, string][]),
    ['train --recipe dcgan-64 --dropout .5', 'dcgan-64: its discriminator has no dropout'],
    ['train --recipe dcgan --dropout .5', 'dcgan: its discriminator has no dropout'],
    ['train --data FOLDER/none', 'there is no such folder; give a folder with the four IDX files'],
    ['train --data FOLDER/file', 'it is a file, not a folder'],
    ['train --data FOLDER', 'has no train-images-idx3-ubyte'],
    ['train --limit 70000', 'The limit is 70000 and mnist has 60000 training digits'],
    [
      'train --limit 50 --batch 64',
      "50 digits can't fill a batch of 64; give a smaller --batch or a larger --limit.",
    ],
    [
      'train --data LETTERS --recipe mlp --batch 61',
      "60 digits can't fill a batch of 61; give a smaller --batch.",
    ],
    [
      'train --data LETTERS --batch 20',
      'conditional draws 10 classes and these digits have 26; use a recipe without',
    ],
    ['train --name A/b', '--name A/b will not do: it must be lower case letters, digits, dots and dashes.'],
    ['train --name index.json', '--name index.json will not do: it must not be that of the list of runs.'],
    [`train --name ${'a'.repeat(65)}`, 'will not do: it must have at most 64 characters.'],
    [
      'train --resume none',
      'There is no folder ARTIFACTS, and --artifacts takes the folder that holds the runs.',
    ],
    ['train --resume none --name other', 'A resumed run keeps its name: leave out --name other'],
    ['generate', 'Say which run draws: --run RUN; npm run runs lists them.'],
    ['generate --run none', 'There is no folder ARTIFACTS'],
    ['evaluate', 'Say which run to score: --run RUN; npm run runs lists them.'],
    ['evaluate --run none', 'There is no folder ARTIFACTS'],
    ['evaluate --run none --samples 10001', '--samples takes a whole number from 100 to 10000, not "10001".'],
    ['summary --recipe dcgan-6', 'There is no recipe dcgan-6; did you mean dcgan-64?'],
  ])('%s', async (line, sentence) => {
    const place = /^(train|generate|evaluate)/.test(line) ? `${line} --artifacts ARTIFACTS` : line;
    const { code, out, err } = await run(place);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence.replace('ARTIFACTS', artifacts));
    expect(err).toMatch(/^inkling: [^\n]+[.?]\n$/);
    expect((await readdir(folder)).sort()).toEqual(['file', 'letters']);
  });

  it.each(['train', 'generate --run any', 'evaluate --run any', 'runs'])(
    '%s --artifacts FILE',
    async (line) => {
      const { code, err } = await run(`${line} --artifacts FOLDER/file`);
      expect({ code, err }).toEqual({
        code: 2,
        err: `inkling: ${folder}/file is a file, and --artifacts takes the folder that holds the runs.\n`,
      });
    },
  );
});

describe('commands that only tell', () => {
  it('lists the recipes, the default one marked', async () => {
    const { code, out } = await run('train --list');
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual([
      ...[
        'conditional (default)',
        'sn-dcgan',
        'r3',
        'mlp',
        'mlp-deep',
        'upsample-cnn',
        'dcgan',
        'dcgan-64',
        '',
      ],
    ]);
  });

  it('prints the step as the compiler sees it', async () => {
    const { code, out } = await run('train --recipe mlp --batch 7 --print-graph');
    expect(code).toBe(0);
    expect(out).toMatch(/^input {2}%\d+: \[7, 28, 28, 1\] {2}real\n/);
    expect(out).toContain('state  ');
    expect(out).toMatch(/result %\d+ {2}lossD\n/);
  });

  it('shows the layers of a recipe with their totals', async () => {
    const { code, out } = await run('summary --recipe mlp');
    expect(code).toBe(0);
    expect(out).toMatch(/g_dense1 +Dense +256 +16,640 +16,384\n/);
    expect(out).toMatch(/total +267,009 +266,496\n/);
  });

  it('says that there are no runs where there are none', async () => {
    await mkdir(artifacts);
    const { code, out } = await run('runs --artifacts ARTIFACTS');
    expect({ code, out }).toEqual({
      code: 0,
      out: `There are no runs in ${artifacts}; train one with npm run train.\n`,
    });
  });
});
