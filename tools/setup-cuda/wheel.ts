import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FailedError } from '../../trainer/errors.ts';
import { findLibrary, type Library } from './library.ts';
import { attempt, checkRoom, lastWords } from './machine.ts';

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
  // Whole or not at all: pip installs beside its place, and its cache resumes what was cut short.
  const growing = `${target}.growing`;
  await rm(growing, { recursive: true, force: true });
  const install = async (packages: readonly string[]) => {
    say(`pip installs ${packages.length > 1 ? `${packages.length} CUDA libraries` : packages[0]} …`);
    const choice = ['--only-binary=:all:', '--no-deps', '--python-version', pythonOfTheWheels];
    const place = ['--target', growing, '--upgrade', '--disable-pip-version-check', '--no-input'];
    const { ok, output } = await attempt(
      [python, '-m', 'pip', 'install', ...place, ...choice, ...packages],
      folder,
    );
    if (!ok) throw new FailedError(pipFailed(output));
  };
  await install([`${gpu ? 'tensorflow' : 'tensorflow-cpu'}==${wheelVersion}`]);
  if (gpu) await install(cudaRequirements(await readMetadata(growing)));
  if (!findLibrary(growing))
    throw new FailedError(`TensorFlow's wheel ${wheelVersion} holds no libtensorflow for this system.`);
  await rename(growing, target);
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
