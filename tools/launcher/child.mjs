// @ts-check
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { Problem, say } from './command-line.mjs';

/**
 * One program of a command: a script that Node runs, relative to the root; `goOn` says how a user goes on where the
 * program was ended from outside.
 * @typedef {{ script: string, args?: string[], env?: Record<string, string>, goOn?: string }} Step
 */

/**
 * Runs the steps one after the other and stops at the first that fails or is interrupted.
 * @param {Step[]} steps
 * @param {{ root: string, node: string }} where
 * @returns {Promise<number>} exit code
 */
export async function runSteps(steps, { root, node }) {
  for (const { script, args = [], env = {}, goOn = 'Run the command again.' } of steps) {
    const { code, signal, interrupted } = await runChild([node, join(root, script), ...args], {
      cwd: root,
      env: {
        ...process.env,
        // Astro and vitest each set the one that they need, where nobody else did.
        NODE_ENV: undefined,
        ASTRO_TELEMETRY_DISABLED: '1',
        // Every process that ours start finds its code compiled: a third of a second less for each that trains.
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, '.cache', 'compiled'),
        // Programs that start `node` themselves find the same one.
        PATH: [dirname(node), process.env.PATH].join(delimiter),
        ...env,
      },
      stdio: 'inherit',
    });
    const death = causeOfDeath(code, signal);
    if (death !== undefined && (!interrupted || signal === 'SIGKILL')) say(`${death} ${goOn}`);
    if (code !== 0 || interrupted) return code;
  }
  return 0;
}

/**
 * What is to be told of a program that did not end by itself, for nobody else can.
 * @param {number} code
 * @param {NodeJS.Signals | null} signal
 * @returns {string | undefined}
 */
export function causeOfDeath(code, signal) {
  if (signal === 'SIGKILL') return 'It was killed from outside (SIGKILL), most likely for want of memory.';
  if (signal === 'SIGABRT')
    return 'It gave up (SIGABRT), most likely for want of memory or by a fault in a native library.';
  if (signal && /^SIG(SEGV|BUS|ILL|FPE|TRAP|SYS)$/.test(signal))
    return `It crashed in a native library (${signal}).`;
  if (signal) return `It was ended from outside (${signal}).`;
  // Windows has no signals: a crash is an exit code with the two highest bits set.
  if (code >= 0xc0000000) return `It crashed in a native library (0x${code.toString(16)}).`;
  return undefined;
}

/**
 * Runs a program and keeps what it prints; on Windows through the shell, where npm is a batch file.
 * @param {[string, ...string[]]} command
 * @param {{ root: string }} where
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function runQuietly(command, { root }) {
  let output = '';
  /** @param {import('node:child_process').ChildProcess} child */
  const listen = (child) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
  };
  const shell = process.platform === 'win32' && command[0] === 'npm';
  const { code } = await runChild(command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell }, listen);
  return { code, output };
}

/**
 * Runs a program to its end. We outlive it whatever signal comes, so that its exit code is ours.
 * @param {[string, ...string[]]} command
 * @param {import('node:child_process').SpawnOptions} options
 * @param {(child: import('node:child_process').ChildProcess) => void} [onStart]
 * @returns {Promise<{ code: number, signal: NodeJS.Signals | null, interrupted: boolean }>} the exit code, 128 + n when
 *   signal n ended it; whether we had passed one on
 */
export function runChild([file, ...args], options, onStart) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, options);
    onStart?.(child);
    let interrupted = false;
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGXCPU']);
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      interrupted = true;
      const typed = signal === 'SIGINT' || signal === 'SIGQUIT';
      if (!typed || !terminalSendsInterrupts()) child.kill(signal);
    };
    for (const signal of signals) process.on(signal, pass);
    const unwatch = whenOrphaned(() => {
      if (!interrupted) pass('SIGTERM');
    });
    const settle = () => {
      unwatch();
      for (const signal of signals) process.off(signal, pass);
    };
    child.on('error', (error) => {
      settle();
      reject(new Problem(`${file} could not be started: ${error.message}.`));
    });
    child.on('close', (code, signal) => {
      settle();
      resolve({ code: code ?? 128 + constants.signals[signal ?? 'SIGKILL'], signal, interrupted });
    });
  });
}

/**
 * Ctrl-C, or Ctrl-\, in a terminal reaches every process of the command by itself, and npm passes it to us once
 * more: sending it on would be a second Ctrl-C, which means "leave at once". Without a terminal we
 * are the only one who can pass it on.
 */
function terminalSendsInterrupts() {
  if (process.platform === 'win32') return true;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

/**
 * npm starts us through a shell. Whoever terminates npm terminates that shell too, which tells its own
 * child nothing; that our parent is another one is all there is to see of it.
 * @param {() => void} act
 * @returns {() => void} ends the watch
 */
function whenOrphaned(act) {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, 500);
  return () => clearInterval(timer);
}
