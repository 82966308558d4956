import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '../../trainer/errors.ts';

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
