import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';

/** Stands for npm: "installs" slowly, counts how often, and fails when told to. */
const fakeNpm = `
  const { appendFileSync, copyFileSync, mkdirSync } = require('node:fs');
  appendFileSync('installs.log', process.argv.slice(2).join(' ') + '\\n');
  console.log('words of npm');
  setTimeout(() => {
    if (process.env.FAKE_NPM_FAILS) process.exit(7);
    const path = process.env.FAKE_NPM_CACHE;
    if (path && !process.argv.some((word) => word.startsWith('--cache='))) {
      console.error('npm error code EROFS\\nnpm error path ' + path);
      process.exit(30);
    }
    mkdirSync('node_modules', { recursive: true });
    copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
  }, 300);
`;

/** Stands for the trainer: says its arguments, then does what the first flag says. */
const fakeTrainer = `
  const [command, flag, value] = process.argv.slice(2);
  if (flag === '--exit') process.exitCode = Number(value);
  if (flag === '--die') setTimeout(() => process.kill(process.pid, value), 10);
  if (flag === '--wait') {
    const timer = setInterval(() => {}, 1000);
    let count = 0;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => {
      count++;
      setTimeout(() => { console.log(signal, count); clearInterval(timer); process.exitCode = 130; }, 200);
    });
  }
  console.log(JSON.stringify(process.argv.slice(2)));
`;

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'inkling-launch-'));
  cpSync(join(import.meta.dirname, 'launch.mjs'), join(root, 'tools', 'launch.mjs'));
  cpSync(join(import.meta.dirname, 'launcher'), join(root, 'tools', 'launcher'), { recursive: true });
  mkdirSync(join(root, 'trainer'));
  writeFileSync(join(root, 'trainer', 'main.ts'), fakeTrainer);
  writeFileSync(join(root, 'npm-cli.js'), fakeNpm);
  writeFileSync(join(root, 'package-lock.json'), '{"packages":{"":{},"node_modules/a":{"version":"1.0.0"}}}');
  writeFileSync(join(root, 'package.json'), '{"type":"commonjs"}');
  return () => rmSync(root, { recursive: true, force: true });
});

interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

function start(
  argv: readonly string[],
  env: Record<string, string> = {},
  options: Pick<SpawnOptions, 'cwd' | 'stdio'> = {},
): ChildProcess {
  return spawn(process.execPath, [join(root, 'tools', 'launch.mjs'), ...argv], {
    cwd: root,
    ...options,
    env: { ...process.env, npm_execpath: join(root, 'npm-cli.js'), ...env },
    // A session of its own: no terminal that would send Ctrl-C to the child by itself.
    detached: true,
  });
}

function outcome(child: ChildProcess): Promise<Outcome> {
  const said = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })));
}

const launch = (argv: readonly string[], env?: Record<string, string>) => outcome(start(argv, env));
const installs = () => readFileSync(join(root, 'installs.log'), 'utf8').trim().split('\n').length;

describe('the launcher', () => {
  it('installs on a bare clone, says so on stderr, and runs the command', async () => {
    const { code, out, err } = await launch(['train', '--recipe', 'mlp']);
    expect({ code, out }).toEqual({ code: 0, out: '["train","--recipe","mlp"]\n' });
    expect(err).toMatch(
      /^inkling: Nothing is installed yet: .* about a minute\.\ninkling: Installed in \d+ s\.\n$/,
    );
  });

  it('is silent and installs nothing when nothing changed', async () => {
    await launch(['train']);
    expect(await launch(['runs'])).toEqual({ code: 0, out: '["runs"]\n', err: '' });
    expect(installs()).toBe(1);
  });

  it('installs again when the lockfile changed', async () => {
    await launch(['train']);
    writeFileSync(
      join(root, 'package-lock.json'),
      '{"packages":{"":{},"node_modules/a":{"version":"2.0.0"}}}',
    );
    expect((await launch(['train'])).err).toContain('differs from package-lock.json');
    expect(installs()).toBe(2);
  });

  it('installs once when two commands start together', async () => {
    const [a, b] = await Promise.all([launch(['train']), launch(['runs'])]);
    expect([a.code, b.code, installs()]).toEqual([0, 0, 1]);
    expect(a.err + b.err).toContain('Another install is running');
  });

  it("shows npm's words only when the install fails, and ends in one sentence", async () => {
    const { code, out, err } = await launch(['train'], { FAKE_NPM_FAILS: '1' });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(
      'words of npm\ninkling: The install failed: npm exited with 7. Its words are above.\n',
    );
    expect((await launch(['train'])).code).toBe(0);
  });

  it("installs with a cache of its own where npm's cannot be written", async () => {
    const { code, err } = await launch(['train'], {
      FAKE_NPM_CACHE: '/home/ada/.npm/_cacache',
      npm_config_cache: '',
    });
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringMatching(/Installed in \d+ s\.\n$/) });
    expect(readFileSync(join(root, 'installs.log'), 'utf8')).toContain(
      `--cache=${join(root, '.cache', 'npm')}`,
    );
  });

  it('says what cannot be written, and does not blame the registry', async () => {
    const { code, err } = await launch(['train'], { FAKE_NPM_CACHE: join(root, 'node_modules') });
    expect({ code, installs: installs() }).toEqual({ code: 1, installs: 1 });
    expect(err).toContain(`exited with 30. It could not write ${join(root, 'node_modules')} (EROFS)`);
    rmSync(join(root, '.cache'), { recursive: true });
    writeFileSync(join(root, '.cache'), 'a file');
    expect((await launch(['train'])).err).toMatch(
      /^inkling: The packages cannot be installed: It could not write .*\.cache.* \((EEXIST|ENOTDIR)\)/,
    );
  });

  it('tells the command where it was given, and runs it in the root', async () => {
    await launch(['runs']);
    const content = join(root, 'content');
    mkdirSync(content);
    writeFileSync(
      join(root, 'trainer', 'main.ts'),
      'console.log(process.cwd(), process.env.INKLING_CALLED_FROM, process.env.INIT_CWD);',
    );
    const fromContent = `${realpathSync(root)} ${content} undefined\n`;
    expect((await launch(['runs'], { INIT_CWD: content, npm_package_json: '' })).out).toBe(fromContent);
    expect((await outcome(start(['runs'], {}, { cwd: content }))).out).toBe(fromContent);
    expect((await launch(['runs'])).out).toBe(`${realpathSync(root)} undefined undefined\n`);
  });

  it('refuses unknown commands and none', async () => {
    expect(await launch(['trian'])).toMatchObject({ code: 2, err: expect.stringContaining('trian') });
    expect(await launch([])).toMatchObject({ code: 2, err: expect.stringContaining('Name a command') });
  });

  it("exits with the command's code, and with 128 + n when signal n ended it", async () => {
    expect((await launch(['train', '--exit', '3'])).code).toBe(3);
    if (process.platform !== 'win32') expect((await launch(['train', '--die', 'SIGKILL'])).code).toBe(137);
  });

  it.skipIf(process.platform === 'win32')('tells an end that the command could not tell itself', async () => {
    await launch(['runs']);
    const { code, err } = await launch(['train', '--die', 'SIGKILL', '--name', 'mine']);
    expect({ code, err }).toEqual({
      code: 137,
      err:
        'inkling: It was killed from outside (SIGKILL), most likely for want of memory. ' +
        "npm run train -- --resume mine goes on from the run's last checkpoint.\n",
    });
    expect((await launch(['runs', '--die', 'SIGTERM'])).err).toMatch(
      /\(SIGTERM\)\. Run the command again\.\n$/,
    );
  });

  it('passes over one leading --, which other runners than npm hand on', async () => {
    await launch(['runs']);
    expect((await launch(['train', '--', '--epochs', '1'])).out).toBe('["train","--epochs","1"]\n');
    expect((await launch(['train', '--epochs', '--'])).out).toBe('["train","--epochs","--"]\n');
  });

  it.skipIf(!existsSync('/dev/full'))('is not ended by a full disk under its words', async () => {
    await launch(['runs']);
    const full = openSync('/dev/full', 'w');
    const child = start(['train', '--die', 'SIGKILL'], {}, { stdio: ['ignore', 'pipe', full] });
    expect((await outcome(child)).code).toBe(137);
    closeSync(full);
  });

  it("has the command's tools set NODE_ENV as they need", async () => {
    await launch(['runs']);
    writeFileSync(join(root, 'trainer', 'main.ts'), 'console.log(process.env.NODE_ENV);');
    expect((await launch(['runs'], { NODE_ENV: 'production' })).out).toBe('undefined\n');
  });

  it.skipIf(process.platform === 'win32')('passes signals on once and outlives the command', async () => {
    await launch(['runs']);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
      const child = start(['train', '--wait']);
      const end = outcome(child);
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      child.kill(signal);
      expect(await end).toEqual({ code: 130, out: `["train","--wait"]\n${signal} 1\n`, err: '' });
    }
  });

  it.skipIf(process.platform === 'win32')(
    'ends the command when the shell that npm started it in is gone',
    async () => {
      await launch(['runs']);
      const launcher = [process.execPath, join(root, 'tools', 'launch.mjs'), 'train', '--wait'];
      // With a second command after it, the shell stays between us and the launcher.
      const shell = spawn('sh', ['-c', `${launcher.map((word) => `'${word}'`).join(' ')}; true`], {
        env: { ...process.env, npm_execpath: join(root, 'npm-cli.js'), npm_lifecycle_event: 'train' },
      });
      const end = outcome(shell);
      await new Promise((resolve) => shell.stdout?.once('data', resolve));
      shell.kill('SIGTERM');
      expect((await end).out).toBe('["train","--wait"]\nSIGTERM 1\n');
    },
  );
});
