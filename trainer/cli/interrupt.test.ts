import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { onInterrupt } from './interrupt.ts';

/** A program that works on until asked to stop, and then needs `savingMs` to save. */
function startWorker({
  savingMs,
  stdin = 'ignore',
  env = process.env,
}: {
  savingMs: number;
  stdin?: 'ignore' | number;
  env?: NodeJS.ProcessEnv;
}): ChildProcess {
  const file = join(mkdtempSync(join(tmpdir(), 'inkling-')), 'worker.ts');
  const module = JSON.stringify(new URL('./interrupt.ts', import.meta.url).href);
  writeFileSync(
    file,
    `import { onInterrupt } from ${module};
     const interrupt = onInterrupt();
     process.on('SIGHUP', () => console.log('SIGHUP: ' + interrupt.stopping));
     console.log('ready');
     while (!interrupt.stopping) await new Promise((resolve) => setTimeout(resolve, 5));
     await new Promise((resolve) => setTimeout(resolve, ${savingMs}));
     console.log('saved');
     interrupt.dispose();
     process.exitCode = 130;`,
  );
  return spawn(process.execPath, [file], { stdio: [stdin, 'pipe', 'pipe'], env });
}

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
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGXCPU'] as const) {
      const child = startWorker({ savingMs: 20 });
      const [end, told] = [ended(child), heard(child, 'stderr', 'press Ctrl-C again')];
      const saved = heard(child, 'stdout', 'saved');
      await heard(child, 'stdout', 'ready');
      child.kill(signal);
      await Promise.all([told, saved]);
      expect(await end).toEqual({ code: 130, signal: null });
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

  it('lets a warning and what a scheduler sends after it ask but once', async () => {
    const child = startWorker({ savingMs: 400 });
    const [end, told] = [ended(child), heard(child, 'stderr', 'press Ctrl-C again')];
    await heard(child, 'stdout', 'ready');
    child.kill('SIGUSR2');
    await told;
    // Later than what counts as the same press.
    await sleep(200);
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) child.kill(signal);
    expect(await end).toEqual({ code: 130, signal: null });
  });

  it('does not ask under nohup when the terminal closes', async () => {
    const bare = openSync('/dev/null', 'w');
    for (const options of [
      // As a shell names what it starts, and as GNU's nohup leaves the standard input.
      { env: { ...process.env, _: '/usr/bin/nohup' } },
      { stdin: bare },
    ]) {
      const child = startWorker({ savingMs: 0, ...options });
      const [end, hung] = [ended(child), heard(child, 'stdout', 'SIGHUP: false')];
      await heard(child, 'stdout', 'ready');
      child.kill('SIGHUP');
      await hung;
      child.kill('SIGTERM');
      expect(await end).toEqual({ code: 130, signal: null });
    }
    closeSync(bare);
  });

  it('gives the signals back when disposed', () => {
    const before = process.listenerCount('SIGINT');
    const interrupt = onInterrupt();
    expect(process.listenerCount('SIGINT')).toBe(before + 1);
    expect(interrupt.stopping || interrupt.signal.aborted).toBe(false);
    interrupt.dispose();
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
