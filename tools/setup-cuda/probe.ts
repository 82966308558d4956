import process from 'node:process';
import { z } from 'zod';
import { FailedError } from '../../trainer/errors.ts';
import { attempt, lastWords } from './machine.ts';

const answer = z.object({ version: z.string(), gpu: z.boolean() });
const script = (addon: string) =>
  `const tf = require(${JSON.stringify(addon)}); console.log(JSON.stringify({ version: tf.TF_Version, gpu: tf.isUsingGpuDevice() }))`;

/**
 * Loads an addon in a process of its own and asks which TensorFlow it is and whether that sees a GPU.
 *
 * @throws FailedError where it does not load, or sees no GPU and should
 */
export async function probeAddon(
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
  const lines = log
    .split('\n')
    .filter((line) => /could not|cannot|can't|failed|CUDA_ERROR|error/i.test(line));
  return (
    lines.map((line) =>
      line
        .replace(/^.*?\] /, '')
        .trim()
        .replace(/\.$/, ''),
    )[0] ?? 'it does not say why'
  );
}
