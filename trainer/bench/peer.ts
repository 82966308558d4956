import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Subject } from './timing.ts';

/** A peer in a process of its own: takes a count a line, answers with that many times in ms as a JSON array. */
export interface Peer extends Subject {
  /** The first line that it said: what it is and where it runs. */
  readonly hello: Readonly<Record<string, unknown>>;
}

/**
 * Starts a peer that speaks the protocol of `peers/`.
 *
 * @throws Error with the peer's last words when it ends before it is ready
 */
export async function startPeer(
  name: string,
  command: string,
  args: readonly string[],
  { perRound, env = {} }: { readonly perRound: number; readonly env?: Readonly<Record<string, string>> },
): Promise<Peer> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const last = words.trim().split('\n').at(-1) ?? '';
      reject(new Error(`${name} ended with code ${code}${last ? `: ${last}` : ''}`));
    });
  });
  // Ending is told to whoever waits for a line; nobody has to.
  ended.catch(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextJson = async (): Promise<unknown> => {
    for (;;) {
      const { value, done } = await Promise.race([lines.next(), ended]);
      if (done) return await ended;
      if (/^[[{]/.test(value)) return JSON.parse(value);
    }
  };
  const hello = z.record(z.string(), z.unknown()).parse(await nextJson());
  return {
    name,
    hello,
    perRound,
    async time() {
      child.stdin.write('1\n');
      const [ms] = z.tuple([z.number()]).parse(await nextJson());
      return ms;
    },
    async end() {
      child.stdin.end();
      await ended.catch(() => undefined);
    },
  };
}
