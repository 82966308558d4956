import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { FailedError, firstLine, InputError } from '../../trainer/errors.ts';
import { attempt, checkRoom, lastWords, makeWhole } from './machine.ts';

// Where a libtensorflow comes from: a folder that the user names, TensorFlow's wheel, or an archive of its C library.

/** A libtensorflow to build against. */
export interface Library {
  /** The folder of the two shared libraries. */
  readonly folder: string;
  /** The folder that holds `tensorflow/c/c_api.h`. */
  readonly headers: string;
  /** The shared libraries' file names. */
  readonly files: readonly [main: string, framework: string];
}

/** Where a folder that people name may keep them: the parts of a wheel and of a C archive. */
const layouts = [
  // site-packages, or what pip's --target made.
  { folder: 'tensorflow', headers: 'tensorflow/include' },
  // The package's own folder in it.
  { folder: '.', headers: 'include' },
  // TensorFlow's archive of the C library.
  { folder: 'lib', headers: 'include' },
] as const;
const names = [
  ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
  ['libtensorflow.so', 'libtensorflow_framework.so'],
  ['libtensorflow.so.2', 'libtensorflow_framework.so.2'],
] as const;

/** The libtensorflow in a folder, or undefined where there is none. */
export function findLibrary(directory: string): Library | undefined {
  for (const layout of layouts) {
    const [folder, headers] = [join(directory, layout.folder), join(directory, layout.headers)];
    const files = names.find((pair) => pair.every((file) => existsSync(join(folder, file))));
    if (files && existsSync(join(headers, 'tensorflow/c/c_api.h'))) return { folder, headers, files };
  }
  return undefined;
}

/** The libtensorflow that a user names. @throws InputError where there is none */
export function namedLibrary(directory: string): Library {
  const found = findLibrary(resolve(directory));
  if (found) return found;
  throw new InputError(
    `There is no libtensorflow in ${directory}: --libtensorflow takes the folder site-packages of an installed TensorFlow, its folder tensorflow, or TensorFlow's C library unpacked, each with its headers.`,
  );
}

/** The TensorFlow whose wheel is installed unless the user names another library. */
export const wheelVersion = '2.21.0';

/**
 * TensorFlow's libraries are the same for every Python, so pip is told one that the wheels exist for: the
 * Python here may be newer than all of them, and is only needed to run pip.
 */
const pythonOfTheWheels = '3.12';

/** Gigabytes that the downloads and what they unpack to take together. */
const room = { gpu: 10, cpu: 2 } as const;

/**
 * Installs TensorFlow's wheel with the CUDA and cuDNN that it wants, both from PyPI, into a folder of its own;
 * finds it there the next time. None of its Python dependencies come along.
 *
 * @throws FailedError where pip is missing, fails, or brings no library
 */
export async function installWheel(
  folder: string,
  { gpu, python, say }: { readonly gpu: boolean; readonly python: string; say(line: string): void },
): Promise<Library> {
  const target = join(folder, `tensorflow-${wheelVersion}${gpu ? '-cuda' : ''}`);
  const present = findLibrary(target);
  if (present) return present;
  await checkRoom(folder, gpu ? room.gpu : room.cpu);
  await checkPip(python, folder);
  // pip's cache resumes what was cut short.
  const install = async (growing: string, packages: readonly string[]) => {
    say(`pip installs ${packages.length > 1 ? `${packages.length} CUDA libraries` : packages[0]} …`);
    const choice = ['--only-binary=:all:', '--no-deps', '--python-version', pythonOfTheWheels];
    const place = ['--target', growing, '--upgrade', '--disable-pip-version-check', '--no-input'];
    const { ok, output } = await attempt(
      [python, '-m', 'pip', 'install', ...place, ...choice, ...packages],
      folder,
    );
    if (!ok) throw new FailedError(pipFailed(output));
  };
  await makeWhole(target, async (growing) => {
    await install(growing, [`${gpu ? 'tensorflow' : 'tensorflow-cpu'}==${wheelVersion}`]);
    if (gpu) await install(growing, cudaRequirements(await readMetadata(growing)));
    if (!findLibrary(growing))
      throw new FailedError(`TensorFlow's wheel ${wheelVersion} holds no libtensorflow for this system.`);
  });
  return findLibrary(target)!;
}

async function checkPip(python: string, folder: string): Promise<void> {
  const { ok, output } = await attempt([python, '-m', 'pip', '--version'], folder);
  if (!ok)
    throw new FailedError(
      `TensorFlow's wheel comes by Python's pip, and ${python} -m pip does not run (${lastWords(output)}); install it (apt install python3-pip), name a --python, or give an installed TensorFlow with --libtensorflow DIR.`,
    );
}

/** @param output what pip said */
export function pipFailed(output: string): string {
  if (/No space left/i.test(output)) return 'The disk is full; make room, then run npm run setup:cuda again.';
  if (/ConnectionError|NewConnectionError|Temporary failure|timed out|NameResolution/i.test(output))
    return 'The Python package index can not be reached; run npm run setup:cuda again when it can, or give an installed TensorFlow with --libtensorflow DIR.';
  return `pip failed: ${lastWords(output)}.`;
}

async function readMetadata(target: string): Promise<string> {
  const name = (await readdir(target)).find((entry) => /^tensorflow-.*\.dist-info$/.test(entry));
  return name ? await readFile(join(target, name, 'METADATA'), 'utf8') : '';
}

/** The packages behind `tensorflow[and-cuda]`, as the wheel's metadata lists them. */
export function cudaRequirements(metadata: string): string[] {
  const listed = [...metadata.matchAll(/^Requires-Dist: ([^;\n]+);.*extra == "and-cuda"/gm)];
  const requirements = listed.map(([, requirement]) => requirement!.replaceAll(/[ ()]/g, ''));
  if (requirements.length === 0)
    throw new FailedError(
      "TensorFlow's wheel names no CUDA libraries; give one that does with --libtensorflow DIR.",
    );
  return requirements;
}

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
  await makeWhole(target, async (growing) => {
    const { ok, output } = await attempt(['tar', '-xzf', file, '-C', growing], folder);
    await rm(file, { force: true });
    if (!ok) throw new FailedError(`${url} can not be unpacked: ${lastWords(output)}.`);
    if (!findLibrary(growing)) throw new FailedError(`${url} holds no libtensorflow.`);
  });
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
