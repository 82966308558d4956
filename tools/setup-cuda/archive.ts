import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { FailedError, firstLine } from '../../trainer/errors.ts';
import { findLibrary, type Library } from './library.ts';
import { attempt, lastWords } from './machine.ts';

/** Where TensorFlow and tfjs-node keep their archives; a mirror takes its place with --host. */
export const archiveHost = 'https://storage.googleapis.com';

/** TensorFlow's C library. They want CUDA and cuDNN on the system: 2.9.1, tfjs-node's own, CUDA 11; 2.18.1 CUDA 12. */
export const archives = {
  archive: {
    version: '2.18.1',
    path: (kind: string) => `tensorflow/versions/2.18.1/libtensorflow-${kind}-linux-x86_64.tar.gz`,
  },
  tfjs: {
    version: '2.9.1',
    path: (kind: string) => `tensorflow/libtensorflow/libtensorflow-${kind}-linux-x86_64-2.9.1.tar.gz`,
  },
} as const;

/**
 * Downloads and unpacks one of TensorFlow's archives of its C library; finds it there the next time.
 *
 * @throws FailedError where the host can't be reached or the archive can't be unpacked
 */
export async function installArchive(
  folder: string,
  name: keyof typeof archives,
  { gpu, host, say }: { readonly gpu: boolean; readonly host: string; say(line: string): void },
): Promise<Library> {
  const { version, path } = archives[name];
  const kind = gpu ? 'gpu' : 'cpu';
  const target = join(folder, `libtensorflow-${version}-${kind}`);
  const present = findLibrary(target);
  if (present) return present;
  await mkdir(folder, { recursive: true });
  const url = `${host}/${path(kind)}`;
  const file = `${target}.tar.gz`;
  say(`downloading ${url} …`);
  await download(url, file);
  const growing = `${target}.growing`;
  await rm(growing, { recursive: true, force: true });
  await mkdir(growing);
  const { ok, output } = await attempt(['tar', '-xzf', file, '-C', growing], folder);
  await rm(file, { force: true });
  if (!ok) throw new FailedError(`${url} can not be unpacked: ${lastWords(output)}.`);
  if (!findLibrary(growing)) throw new FailedError(`${url} holds no libtensorflow.`);
  await rename(growing, target);
  return findLibrary(target)!;
}

/**
 * Downloads a file, going on where an earlier try was cut short.
 *
 * @throws FailedError naming what can't be reached
 */
export async function download(url: string, file: string): Promise<void> {
  const part = `${file}.part`;
  const have = (await stat(part).catch(() => undefined))?.size ?? 0;
  try {
    const response = await fetch(url, have > 0 ? { headers: { range: `bytes=${have}-` } } : {});
    // 416: nothing is left to send, the part is whole.
    if (response.status !== 416) {
      if (!response.ok || !response.body) throw new Error(`it answers ${response.status}`);
      const flags = response.status === 206 ? 'a' : 'w';
      const body = Readable.fromWeb(response.body as ReadableStream);
      await pipeline(body, createWriteStream(part, { flags }));
    }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new FailedError(
      `${url} can not be downloaded (${firstLine(cause)}); run the command again when it can, name a mirror with --host, or an installed TensorFlow with --libtensorflow DIR.`,
    );
  }
  await rename(part, file);
}
