import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { type Command, runMain } from '../cli/run-command.ts';
import { originalNames } from '../data/find-files.ts';
import { encodeIdxImages, encodeIdxLabels } from '../data/idx-fixture.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, as main does. */
export async function runCommand(
  commands: Readonly<Record<string, Command>>,
  ...argv: string[]
): Promise<Ended> {
  const said = { out: '', err: '' };
  const hear = (stream: 'out' | 'err') => (text: unknown) => {
    said[stream] += text;
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(hear('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(hear('err')),
  ];
  try {
    const code = await runMain(commands, argv, { out: hear('out'), err: hear('err') });
    return { code, ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Starts a command in a process of its own. */
export function startInkling(...argv: string[]): ChildProcess {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  return spawn(process.execPath, [main, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What a process said and how it ended. */
export function endOf(child: ChildProcess): Promise<Ended & { readonly signal: string | null }> {
  const said = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, ...said })));
}

/** Resolves when the process has said the word on its standard output. */
export function heard(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve) => {
    let all = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      all += text;
      if (all.includes(word)) resolve();
    });
  });
}

/** The events of a run with --json. */
export const eventsOf = (out: string): { event: string; [field: string]: unknown }[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Writes a data set of blank digits with the labels 0, 1, …, as many to train on as to test on. */
export async function writeDigits(
  folder: string,
  { count, classes }: { readonly count: number; readonly classes: number },
): Promise<void> {
  await mkdir(folder);
  const images = encodeIdxImages(new Uint8Array(count * 784), count);
  const labels = encodeIdxLabels(Uint8Array.from({ length: count }, (_, i) => i % classes));
  for (const [role, name] of Object.entries(originalNames))
    await writeFile(join(folder, name), role.endsWith('Images') ? images : labels);
}
