import { spawnSync } from 'node:child_process';
import { glob, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tracer = spawnSync('strace', ['-V']).status === 0;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-'));
  for (const name of ['home', 'tmp']) await mkdir(join(folder, name));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a script of ours with a home and a temporary folder of its own, and gives the sockets that it opened. */
async function watch(
  script: string,
  ...args: string[]
): Promise<{ status: number | null; sockets: string[] }> {
  const [home, tmp, log] = ['home', 'tmp', 'log'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const own = [process.execPath, join(root, script), ...args];
  const [file = '', ...words] = tracer
    ? ['strace', '-f', '-qq', '-o', log, '-e', 'trace=connect,sendto,sendmmsg', ...own]
    : own;
  const env = { PATH: process.env.PATH, INKLING_AUTO: 'cpu', HOME: home, TMPDIR: tmp };
  const { status } = spawnSync(file, words, { cwd: root, env, stdio: 'ignore' });
  const calls = tracer ? (await readFile(log, 'utf8')).split('\n') : [];
  return { status, sockets: calls.filter((call) => /AF_INET|sendto|sendmmsg/.test(call)) };
}

const left = () =>
  readdir(folder, { recursive: true }).then((names) => names.filter((name) => name !== 'log').sort());

describe('a command calls nobody, and leaves nothing in the home or the temporary folder:', () => {
  it('train', async () => {
    const flags = '--recipe mlp --limit 200 --epochs 1 --engine cpu --artifacts'.split(' ');
    expect(await watch('trainer/main.ts', 'train', ...flags, join(folder, 'runs'))).toEqual({
      status: 0,
      sockets: [],
    });
    await rm(join(folder, 'runs'), { recursive: true });
    expect(await left()).toEqual(['home', 'tmp']);
  });

  it('doctor, which tries every engine, a score and an export', async () => {
    expect(await watch('trainer/main.ts', 'doctor')).toEqual({ status: 0, sockets: [] });
    expect(await left()).toEqual(['home', 'tmp']);
  });
});

it('only one file loads ONNX Runtime, for what it does before that', async () => {
  const loading: string[] = [];
  for (const room of ['trainer', 'tools', 'site'])
    for await (const file of glob(`${room}/**/*.ts`, { cwd: root }))
      if (
        !file.endsWith('.test.ts') &&
        /(?:from|import\()\s*'onnxruntime-node'/.test(await readFile(join(root, file), 'utf8'))
      )
        loading.push(file);
  expect(loading).toEqual(['trainer/engines/onnxruntime.ts']);
});
