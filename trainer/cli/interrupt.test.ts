import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { onInterrupt } from './interrupt.ts';

/** A program that works on until asked to stop, and then needs `savingMs` to save. */
function writeWorker({ savingMs }: { savingMs: number }): string {
  const file = join(mkdtempSync(join(tmpdir(), 'inkling-')), 'worker.ts');
  const module = JSON.stringify(new URL('./interrupt.ts', import.meta.url).href);
  const outputs = JSON.stringify(new URL('./run-command.ts', import.meta.url).href);
  writeFileSync(
    file,
    `import { onInterrupt } from ${module};
     import { outliveOutputs } from ${outputs};
     outliveOutputs();
     const interrupt = onInterrupt();
     console.log('ready');
     while (!interrupt.stopping) await new Promise((resolve) => setTimeout(resolve, 5));
     await new Promise((resolve) => setTimeout(resolve, ${savingMs}));
     console.log('saved');
     interrupt.dispose();
     process.exitCode = interrupt.exitCode;`,
  );
  return file;
}

const start = (file: string) => spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
const startWorker = (options: { savingMs: number }) => start(writeWorker(options));

/** Resolves when the stream has said the word. */
function heard(child: ChildProcess, stream: 'stdout' | 'stderr', word: string): Promise<void> {
  return new Promise((resolve) => {
    let all = '';
    child[stream]?.setEncoding('utf8').on('data', (text) => {
      all += text;
      if (all.includes(word)) resolve();
    });
  });
}

const ended = (child: ChildProcess) =>
  new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );

describe.skipIf(process.platform === 'win32')('onInterrupt', () => {
  it('lets the first signal only ask, so that the work is saved', async () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const) {
      const child = startWorker({ savingMs: 20 });
      const [end, told] = [ended(child), heard(child, 'stderr', 'press Ctrl-C again')];
      const saved = heard(child, 'stdout', 'saved');
      await heard(child, 'stdout', 'ready');
      child.kill(signal);
      await Promise.all([told, saved]);
      expect(await end).toEqual({ code: 128 + constants.signals[signal], signal: null });
    }
  });

  it('takes signals that come together for one', async () => {
    const child = startWorker({ savingMs: 300 });
    const [end, told] = [ended(child), heard(child, 'stderr', 'press Ctrl-C again')];
    await heard(child, 'stdout', 'ready');
    child.kill('SIGINT');
    await told;
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await end).toEqual({ code: 130, signal: null });
  });

  it('leaves at once at the second, which a shell sees as 130', async () => {
    const child = startWorker({ savingMs: 60_000 });
    const [end, told] = [ended(child), heard(child, 'stderr', 'press Ctrl-C again')];
    await heard(child, 'stdout', 'ready');
    child.kill('SIGINT');
    await told;
    // Sooner, it would count as the same press.
    await sleep(200);
    child.kill('SIGINT');
    expect(await end).toEqual({ code: null, signal: 'SIGINT' });
  });

  it('goes on saving however often a scheduler or a shell repeats its signal', async () => {
    const child = startWorker({ savingMs: 600 });
    const [end, told] = [ended(child), heard(child, 'stderr', 'press Ctrl-C again')];
    await heard(child, 'stdout', 'ready');
    child.kill('SIGTERM');
    await told;
    await sleep(200);
    child.kill('SIGTERM');
    child.kill('SIGHUP');
    expect(await end).toEqual({ code: 143, signal: null });
  });

  it.skipIf(spawnSync('nohup', ['true']).status !== 0)(
    'works on under nohup when the terminal is closed',
    async () => {
      const file = writeWorker({ savingMs: 0 });
      const env = { ...process.env, _: '/usr/bin/nohup' };
      const child = spawn('nohup', [process.execPath, file], { stdio: ['ignore', 'pipe', 'pipe'], env });
      const end = ended(child);
      await heard(child, 'stdout', 'ready');
      child.kill('SIGHUP');
      child.kill('SIGTERM');
      // The code is that of the first signal that asked.
      expect(await end).toEqual({ code: 143, signal: null });
    },
  );

  // Closes the terminal of a program as soon as it is ready, and tells its exit code.
  const closeTerminal = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
heard = b''
while b'ready' not in heard: heard += os.read(terminal, 100)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
  it.skipIf(spawnSync('python3', ['-c', 'import pty']).status !== 0)(
    'saves when its terminal is closed, though its words find no reader',
    async () => {
      const file = writeWorker({ savingMs: 20 });
      const child = spawn('python3', ['-c', closeTerminal, process.execPath, file], { stdio: 'pipe' });
      let told = '';
      child.stdout.on('data', (text) => {
        told += text;
      });
      await ended(child);
      expect(told.trim()).toBe('129');
    },
  );

  it('gives the signals back when disposed', () => {
    const before = process.listenerCount('SIGINT');
    const interrupt = onInterrupt();
    expect(process.listenerCount('SIGINT')).toBe(before + 1);
    expect(interrupt.stopping || interrupt.signal.aborted).toBe(false);
    interrupt.dispose();
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
