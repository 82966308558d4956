import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun } from '../artifacts/reader.ts';
import { mostJsonBytes } from '../cli/json-file.ts';
import { engineNames } from '../engines/registry.ts';
import { runCommand } from './command-fixture.ts';
import { summary } from './summary.ts';
import { train } from './train.ts';

const tiny = { recipe: 'mlp', latentSize: 4, batch: 10, limit: 100, threads: 1, epochs: 1, scoreEvery: 0 };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-'));
  await mkdir(join(folder, 'settings'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a configuration file and gives its path. */
async function fileOf(contents: unknown, name = 'my.json'): Promise<string> {
  const path = join(folder, name);
  const asItIs = typeof contents === 'string' || contents instanceof Uint8Array;
  await writeFile(path, asItIs ? contents : JSON.stringify(contents));
  return path;
}
const artifacts = (name: string) => join(folder, 'settings', name);

describe('a configuration file that will not do ends with code 2 and one sentence, nothing written', () => {
  it.each([
    ['a recipe that there is none of', { recipe: 'mpl' }, 'There is no recipe mpl; did you mean mlp?'],
    ['a slip of the keys', { epoch: 3 }, 'FILE: there is no setting epoch; did you mean epochs?'],
    [
      'a name as the flag has it',
      { 'learning-rate-g': 1e-4 },
      'FILE: there is no setting learning-rate-g; did you mean learningRateG?',
    ],
    [
      'a name like no other',
      { 'x-y-z': 1 },
      'FILE: there is no setting x-y-z; npm run train -- --help lists those there are.',
    ],
    ['a flag', { 'dry-run': true }, 'FILE: dry-run is no setting but a flag, --dry-run; give it beside'],
    ['a number out of range', { epochs: 0 }, 'FILE: epochs takes a whole number from 1 to 10000, not 0.'],
    [
      'a number too large to be one',
      '{"seed": 1e999}',
      'FILE: seed takes a whole number from 0 to 4294967295, not Infinity.',
    ],
    ['a number as text', { beta1: '.5' }, 'FILE: beta1 takes a number from 0 to 0.999999, not ".5".'],
    ['no value', { seed: null }, 'FILE: seed takes a whole number from 0 to 4294967295, not null.'],
    [
      'a list',
      { engine: ['cpu'] },
      `FILE: engine takes one of auto, ${engineNames.join(', ')}, not ["cpu"].`,
    ],
    [
      'a comment',
      '{\n  "epochs": 3, // few\n  "seed": 1\n}',
      'FILE is not JSON from line 2, column 16 on (// few); it takes no comments,',
    ],
    ['a comma behind the last value', '{"epochs": 3,\n}', 'FILE is not JSON from line 2, column 1 on (});'],
    ['half a file', '{"epochs": 3,\n "seed"', 'FILE is not JSON: it ends at line 2, column 8, where more'],
    ['an empty file', '', 'FILE is not JSON: it ends at line 1, column 1, where more is wanted.'],
    [
      'a setting twice',
      '{"seed": 1,\n "seed": 2}',
      'FILE has seed twice, again at line 2, column 2; give it',
    ],
    [
      'brackets without end',
      '['.repeat(100_000),
      'FILE has more than 100 brackets within one another, at line 1, column 102, and nothing that is wanted',
    ],
    [
      'text in another encoding',
      Buffer.from('\uFEFF{"seed": 1}', 'utf16le'),
      'FILE is text in UTF-16, and JSON',
    ],
    ['the same without a mark', Buffer.from('{"seed": 1}', 'utf16le'), 'FILE is text in UTF-16, and JSON is'],
    [
      'what is no text',
      Buffer.from('{"engine": "\xe9"}', 'latin1'),
      'FILE is not text in UTF-8, as JSON is;',
    ],
    [
      'a name without end',
      { ['-'.repeat(1_000_000)]: 1 },
      `FILE: there is no setting ${'-'.repeat(40)}…; npm`,
    ],
    [
      'a text without end',
      { recipe: 'x'.repeat(1_000_000) },
      'FILE: recipe is a text of 1000000 characters, and',
    ],
    [
      'more bytes than any has',
      ' '.repeat(mostJsonBytes + 1),
      'FILE has more than 4194304 bytes, and --config takes a JSON file, such as {',
    ],
    ['no object', '[1]', 'FILE holds a list, and --config takes an object of settings, such as {"recipe"'],
    ['a number', '12', 'FILE holds 12, and --config takes an object of settings'],
    [
      'a whole run.json',
      { schemaVersion: 1, name: 'a', config: {} },
      'FILE is the whole record of a run; make a file of what stands under its config.',
    ],
    [
      'settings that do not go together',
      { recipe: 'dcgan-64', dropout: 0.5 },
      'dcgan-64: its discriminator has no dropout',
    ],
  ])('%s', async (_, contents, sentence) => {
    const file = await fileOf(contents);
    const place = artifacts('none');
    const { code, out, err } = await runCommand({ train }, 'train', '--config', file, '--artifacts', place);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence.replace('FILE', file));
    expect(err).toMatch(/^inkling: [^\n]+[.?]\n$/);
    expect(await readdir(join(folder, 'settings'))).not.toContain('none');
  });

  it.each([
    [
      'a missing file',
      'none.json',
      /^inkling: There is no file .*none\.json; --config takes a JSON file, such/,
    ],
    ['a folder', 'settings', /^inkling: .*settings is a folder, and --config takes a JSON file, such as \{/],
  ])('%s', async (_, name, sentence) => {
    const { code, err } = await runCommand({ train }, 'train', '--config', join(folder, name));
    expect(code).toBe(2);
    expect(err).toMatch(sentence);
    expect(err).toMatch(/^[^\n]+\.\n$/);
  });
});

describe.skipIf(process.platform === 'win32')('what is no file on a disk', () => {
  it('may be a pipe, as the shell makes of <(…)', async () => {
    const main = fileURLToPath(new URL('../main.ts', import.meta.url));
    const script = `"$0" "$1" summary --config <(sleep .1; echo '{"recipe": "mlp", "latentSize": 10}')`;
    const { stdout } = spawnSync('bash', ['-c', script, process.execPath, main], { encoding: 'utf8' });
    expect(stdout).toMatch(/g_dense1 +Dense +256 +2,816 +2,560\n/);
  });

  it('is not read without end', async () => {
    const { code, err } = await runCommand({ summary }, 'summary', '--config', '/dev/zero');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/has more than 4194304 bytes/) });
  });
});

describe('a configuration file', () => {
  beforeAll(async () => {
    const { recipe, ...others } = tiny;
    const file = await fileOf({ ...others, seed: 3 });
    const flags = ['--recipe', recipe, '--config', file, '--artifacts', artifacts('first')];
    expect(await runCommand({ train }, 'train', ...flags)).toMatchObject({ code: 0 });
  });

  it('is overruled by flags and overrules the recipe, and its values are chosen ones', async () => {
    const file = await fileOf({ ...tiny, seed: 5, beta1: 0.25 });
    const place = artifacts('overruled');
    const flags = ['--config', file, '--seed', '6', '--artifacts', place];
    expect(await runCommand({ train }, 'train', ...flags)).toMatchObject({ code: 0 });
    const { config, origins } = await readRun(join(place, 'mlp'));
    expect(config).toMatchObject({ ...tiny, seed: 6, beta1: 0.25, beta2: 0.999 });
    expect(origins).toMatchObject({ seed: 'chosen', beta1: 'chosen', latentSize: 'chosen', beta2: 'source' });
  });

  it('may be the config of a run, which it then repeats', async () => {
    const [first, second] = [artifacts('first'), artifacts('second')];
    const run = await readRun(join(first, 'mlp'));
    // With the mark that some editors put first.
    const again = await fileOf(`\uFEFF${JSON.stringify(run.config, null, 2)}`, 'again.json');
    const twice = ['--config', again, '--artifacts', second];
    expect(await runCommand({ train }, 'train', ...twice)).toMatchObject({ code: 0 });
    const repeated = await readRun(join(second, 'mlp'));
    expect(repeated.config).toEqual(run.config);
    const weights = 'models/0001/weights.bin';
    expect(await readFile(join(second, 'mlp', weights))).toEqual(await readFile(join(first, 'mlp', weights)));
  });

  it('is to a resumed run what the flags are', async () => {
    const place = artifacts('resumed');
    await cp(artifacts('first'), place, { recursive: true });
    const { config, origins } = await readRun(join(place, 'mlp'));
    const resume = async (contents: unknown) => {
      const file = await fileOf(contents);
      return await runCommand({ train }, 'train', '--resume', 'mlp', '--config', file, '--artifacts', place);
    };
    expect(await resume({ ...config, epochs: 2, seed: 4 })).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        "mlp was trained with --seed 3, and a resumed run can't change that to 4;",
      ),
    });
    expect(await resume({ ...config, epochs: 2 })).toMatchObject({ code: 0 });
    const resumed = await readRun(join(place, 'mlp'));
    expect(resumed.config).toEqual({ ...config, epochs: 2 });
    // What the file only repeats keeps its origin.
    expect(resumed.origins).toEqual({ ...origins, epochs: 'chosen' });
  });

  it('is rehearsed, and printed as a graph', async () => {
    const file = await fileOf({ ...tiny, batch: 7 });
    const place = artifacts('rehearsed');
    const flags = ['--config', file, '--artifacts', place];
    const graph = await runCommand({ train }, 'train', ...flags, '--print-graph');
    expect(graph.out).toMatch(/^input {2}%\d+: \[7, 28, 28, 1\] {2}real\n/);
    const rehearsed = await runCommand({ train }, 'train', ...flags, '--dry-run');
    expect(rehearsed).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^dry run: mlp runs with ONNX Runtime on the CPU, /),
    });
    expect(await readdir(join(folder, 'settings'))).not.toContain('rehearsed');
  });

  it('changes the layers that summary shows, as flags do', async () => {
    const file = await fileOf({ recipe: 'mlp', latentSize: 10, epochs: 3 });
    const fromFile = await runCommand({ summary }, 'summary', '--config', file);
    expect(fromFile.out).toMatch(/g_dense1 +Dense +256 +2,816 +2,560\n/);
    const flagged = await runCommand({ summary }, 'summary', '--config', file, '--latent-size', '20');
    expect(flagged.out).toMatch(/g_dense1 +Dense +256 +5,376 +5,120\n/);
  });

  it('is shown by example in the help, and the example is one', async () => {
    const { out } = await runCommand({ train }, 'train', '--help');
    const [sample = ''] = /\{"recipe".*?\}/s.exec(out) ?? [];
    const file = await fileOf(sample.replace(/\s+/g, ' '));
    expect(await runCommand({ summary }, 'summary', '--config', file)).toMatchObject({ code: 0 });
  });
});
