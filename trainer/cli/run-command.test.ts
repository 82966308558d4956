import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FailedError, InputError } from '../errors.ts';
import { flagSwitch, parseFlags } from './flags.ts';
import { type Command, explain, runMain } from './run-command.ts';

const command = (run: Command['run']): Command => ({ summary: 'does a thing', run });
const failing = (error: unknown): Command => command(() => Promise.reject(error));

async function run(commands: Record<string, Command>, ...argv: string[]) {
  const said = { out: '', err: '' };
  const code = await runMain(commands, argv, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

describe('runMain', () => {
  it("gives the command its flags and returns the command's exit code", async () => {
    const seen: string[][] = [];
    const train = command(async (argv) => {
      seen.push(argv);
      return 3;
    });
    expect(await run({ train }, 'train', '--seed', '1')).toEqual({ code: 3, out: '', err: '' });
    expect(seen).toEqual([['--seed', '1']]);
  });

  it('offers the nearest command for one that does not exist', async () => {
    const { code, err } = await run({ train: command(async () => 0) }, 'trian');
    expect({ code, err }).toEqual({
      code: 2,
      err: 'inkling: There is no command trian; did you mean train?\n',
    });
  });

  it('lists the commands when asked, and when none is named', async () => {
    const commands = { train: command(async () => 0) };
    expect(await run(commands, '--help')).toMatchObject({ code: 0, out: expect.stringContaining('train') });
    expect(await run(commands)).toMatchObject({ code: 2, out: expect.stringContaining('does a thing') });
  });

  it("prints a command's help and is done", async () => {
    const table = { json: flagSwitch({ description: 'for machines' }) };
    const bench = command(async (argv) => (parseFlags(table, argv, { env: {} }).json ? 0 : 1));
    const { code, out } = await run({ bench }, 'bench', '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: npm run bench -- \[flags\]\n\ndoes a thing\n\n {2}--json {2}for machines\n/);
  });

  it('tells a mistake of the user as one sentence with exit code 2, a failure with 1', async () => {
    expect(await run({ a: failing(new InputError('No such run.')) }, 'a')).toEqual({
      code: 2,
      out: '',
      err: 'inkling: No such run.\n',
    });
    expect(await run({ a: failing(new FailedError('The disk is full.')) }, 'a')).toMatchObject({
      code: 1,
      err: 'inkling: The disk is full.\n',
    });
  });

  it('tells what nobody foresaw without a stack trace, and says how to see it', async () => {
    const { code, err } = await run({ a: failing(new TypeError('x is not a function\nat y')) }, 'a');
    expect(code).toBe(1);
    expect(err).toBe('inkling: unexpected: x is not a function\nINKLING_DEBUG=1 shows where it happened.\n');
    expect(explain(new TypeError('x'), { debug: true })).toContain('run-command.test.ts');
  });
});

describe('a process that uses runMain', () => {
  async function runProcess(body: string, { closeStdout = false, stderr = 'pipe' as 'pipe' | number } = {}) {
    const file = join(mkdtempSync(join(tmpdir(), 'inkling-')), 'main.ts');
    const module = JSON.stringify(new URL('./run-command.ts', import.meta.url).href);
    writeFileSync(
      file,
      `import { runMain } from ${module};
       process.exitCode = await runMain({ go: { summary: '', run: async () => { ${body} } } }, ['go']);`,
    );
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', stderr] });
    if (closeStdout) child.stdout?.destroy();
    let err = '';
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    return { code, err };
  }

  it('goes on to its end when the reader of its output goes away', async () => {
    const body = `for (let i = 0; i < 20; i++) {
      console.log('x'.repeat(100_000));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.error('saved');
    return 0;`;
    expect(await runProcess(body, { closeStdout: true })).toEqual({ code: 0, err: 'saved\n' });
  });

  it.skipIf(!existsSync('/dev/full'))('goes on to its end when the disk under its log is full', async () => {
    const full = openSync('/dev/full', 'w');
    const body = `for (let i = 0; i < 3; i++) {
      console.error('x');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return 7;`;
    expect(await runProcess(body, { stderr: full })).toEqual({ code: 7, err: '' });
    closeSync(full);
  });

  it('tells of an error that nobody awaited in one sentence', async () => {
    const body = `Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 1000)); return 0;`;
    expect(await runProcess(body)).toEqual({
      code: 1,
      err: 'inkling: unexpected: lost\nINKLING_DEBUG=1 shows where it happened.\n',
    });
  });
});
