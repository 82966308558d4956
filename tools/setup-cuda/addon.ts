import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { FailedError } from '../../trainer/errors.ts';
import type { Library } from './library.ts';
import { attempt, lastWords, makeWhole } from './machine.ts';

/** The package whose addon is built, and the SHA-512 of its archive as the npm registry states it. */
export const tfjsNode = '@tensorflow/tfjs-node-gpu@4.22.0';
const integrity = 'p//NN6DGiN4hInUmIkRffaFVMcdTREUMjPyjW04J7OXvB2zBlQimj61eFKSgRrH3f5TnOfKzb0n56he/B6a4bw==';

/** Flags that `npm run` may have been given are not for this npm. */
const quietly = ['--ignore-scripts', '--dry-run=false', '--json=false', '--loglevel=error'];

/**
 * Fetches tfjs-node's sources without installing it: its install script downloads a libtensorflow of 2022, and
 * of its package we want the addon's two source files.
 *
 * @returns the folder of the sources
 * @throws FailedError where the registry can't be reached or sends something else
 */
export async function fetchSources(folder: string): Promise<string> {
  const sources = join(folder, 'tfjs-node-gpu-4.22.0');
  if (existsSync(sources)) return join(sources, 'binding');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'tensorflow-tfjs-node-gpu-4.22.0.tgz');
  const packed = await attempt(['npm', 'pack', tfjsNode, '--pack-destination', folder, ...quietly], folder);
  if (!packed.ok)
    throw new FailedError(
      `The npm registry does not give ${tfjsNode} (${lastWords(packed.output)}); run npm run setup:cuda again when it can be reached.`,
    );
  const found = createHash('sha512')
    .update(await readFile(file))
    .digest('base64');
  if (found !== integrity)
    throw new FailedError(
      `The npm registry sent another ${tfjsNode} than the one that was checked (SHA-512 ${found}).`,
    );
  await makeWhole(sources, async (growing) => {
    const unpacked = await attempt(['tar', '-xzf', file, '--strip-components=1', '-C', growing], folder);
    if (!unpacked.ok) throw new FailedError(`${file} can not be unpacked: ${lastWords(unpacked.output)}.`);
  });
  await rm(file);
  return join(sources, 'binding');
}

/**
 * Compiles the addon against a libtensorflow, whose folder it remembers; one that was built before is kept.
 * Node-API is the same in every Node, so it outlives updates of Node.
 *
 * @returns the addon's path
 * @throws FailedError with the compiler's first complaint
 */
export async function buildAddon(
  folder: string,
  options: {
    readonly sources: string;
    readonly library: Library;
    readonly compiler: string;
    readonly nodeHeaders: string;
    say(line: string): void;
  },
): Promise<string> {
  const { sources, library, compiler, nodeHeaders, say } = options;
  const flags = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8', '-Wno-deprecated-declarations'];
  const includes = [`-I${nodeHeaders}`, `-I${library.headers}`];
  const code = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(sources, name));
  const links = [
    `-L${library.folder}`,
    ...library.files.map((file) => `-l:${file}`),
    `-Wl,-rpath,${library.folder}`,
  ];
  const words = [...flags, ...includes, ...code, ...links];
  const key = createHash('sha256')
    .update([tfjsNode, ...words].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const addon = join(folder, `tfjs-${key}.node`);
  if (existsSync(addon)) return addon;
  say(`compiling the addon against ${library.folder} …`);
  const growing = `${addon}.${process.pid}`;
  const { ok, output } = await attempt([compiler, ...words, '-o', growing], folder);
  if (!ok) {
    await rm(growing, { force: true });
    throw new FailedError(`The addon does not compile against ${library.folder}: ${firstError(output)}.`);
  }
  await rename(growing, addon);
  return addon;
}

/** The compiler's first complaint. */
export const firstError = (output: string): string =>
  (
    output.split('\n').find((line) => /error|undefined reference|cannot find/.test(line)) ?? lastWords(output)
  ).trim();

const answer = z.object({ version: z.string(), gpu: z.boolean() });
const script = (addon: string) =>
  `const tf = require(${JSON.stringify(addon)}); console.log(JSON.stringify({ version: tf.TF_Version, gpu: tf.isUsingGpuDevice() }))`;

/**
 * Loads an addon in a process of its own and asks which TensorFlow it is and whether that sees a GPU.
 *
 * @throws FailedError where it does not load, or sees no GPU and should
 */
export async function tryAddon(
  addon: string,
  { gpu, root }: { readonly gpu: boolean; readonly root: string },
): Promise<string> {
  // At this level TensorFlow says which of CUDA's libraries it misses.
  const { ok, output } = await attempt(
    ['env', 'TF_CPP_MIN_LOG_LEVEL=0', process.execPath, '-e', script(addon)],
    root,
  );
  const found = output.split('\n').find((line) => line.startsWith('{"version"'));
  if (!ok || !found) throw new FailedError(`The addon was built and does not load: ${lastWords(output)}.`);
  const { version, gpu: seen } = answer.parse(JSON.parse(found));
  if (gpu && !seen)
    throw new FailedError(`TensorFlow ${version} sees no GPU: ${complaint(output)}; see docs/gpu.md.`);
  return version;
}

/** What TensorFlow's log says stands in the way, without its time stamps. */
export function complaint(log: string): string {
  const line = log.split('\n').find((line) => /could not|cannot|can't|failed|CUDA_ERROR|error/i.test(line));
  if (line === undefined) return 'it does not say why';
  return line
    .replace(/^.*?\] /, '')
    .trim()
    .replace(/\.$/, '');
}
