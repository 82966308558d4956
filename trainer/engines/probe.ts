import { fork } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Tensor } from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Graph } from '../compile/graph.ts';
import { FailedError, firstLine } from '../errors.ts';
import type { EngineInfo, Tensors } from './program.ts';

// A probe plays a few training steps on an engine in a process of its own: a driver that crashes takes nobody with it.

export interface ProbeOptions {
  /** Milliseconds after which an engine that has not answered is given up. */
  readonly limit?: number;
  /** Environment of the probe, beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a probe found. */
export interface Probe {
  /** Milliseconds of its step, the best of several. */
  readonly stepMs: number;
  /** Its loss after the first few steps, by which engines are compared. */
  readonly loss: number;
}

const outcome = z.union([
  z.strictObject({ stepMs: z.number().positive(), loss: z.number() }),
  z.strictObject({ fault: z.string() }),
]);

const script = fileURLToPath(import.meta.url);

/** @throws FailedError when the engine can't start, can't compute, or doesn't end */
export async function probeEngine(info: EngineInfo, options: ProbeOptions = {}): Promise<Probe> {
  const { limit = 120_000, env = {} } = options;
  const child = fork(script, [], {
    // What libraries print of their own is no part of the answer.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, ...env },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  try {
    const answer = await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(new FailedError(`it ended its process with ${signal ?? `code ${code}`}`)),
      );
      child.send(info);
    });
    const found = outcome.parse(answer);
    if ('fault' in found) throw new FailedError(found.fault);
    return found;
  } finally {
    clearTimeout(timer);
    child.kill();
  }
}

/** Steps before the loss is read, and steps that are timed. */
const [warmUp, timed] = [3, 8];

async function playProbe(info: EngineInfo): Promise<Probe> {
  const { startEngine } = await import('./engine.ts');
  const { graph, state } = await probeStep();
  const engine = startEngine(info);
  const program = await engine.load(graph, state);
  const play = async () => {
    const images = Float32Array.from({ length: batch * 784 }, (_, i) => Math.sin(i * 0.37));
    const start = performance.now();
    const { loss } = await program.run({ images });
    return { ms: performance.now() - start, loss: loss![0]! };
  };
  let loss = Number.NaN;
  for (let i = 0; i < warmUp; i++) ({ loss } = await play());
  let stepMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < timed; i++) stepMs = Math.min(stepMs, (await play()).ms);
  await engine.dispose();
  return { stepMs, loss };
}

/** Images of the step. */
const batch = 128;

const shapes = {
  edges: [5, 5, 1, 32],
  parts: [5, 5, 32, 64],
  verdict: [7 * 7 * 64, 1],
} as const;

/**
 * A training step as GANs play them: a convolutional network judges images, and its weights follow the gradient.
 * `images [128, 28, 28, 1]` in, the loss out; the weights stay where it runs.
 */
async function probeStep(): Promise<{ readonly graph: Graph; readonly state: Tensors }> {
  const [{ trace }, { tf }] = await Promise.all([import('../compile/trace.ts'), import('../compile/tf.ts')]);
  /** Small numbers that look random and are the same every time. */
  const spread = (shape: readonly number[]) => {
    const size = shape.reduce((product, d) => product * d, 1);
    return tf.reshape(tf.mul(tf.sin(tf.mul(tf.range(0, size), 78.233)), 0.05), [...shape]);
  };
  const weights = Object.entries(shapes).map(([name, shape]) =>
    tf.tidy(() => tf.variable(spread(shape), true, `probe_${name}`)),
  );
  const [edges, parts, verdict] = weights as Tensor[] as [Tensor, Tensor, Tensor];
  const { graph, initialState } = trace(
    ({ images }) => {
      const { value, grads } = tf.variableGrads(() => {
        const conv = (x: Tensor, filter: Tensor) =>
          tf.relu(tf.conv2d(x as never, filter as never, 2, 'same'));
        const features = conv(conv(images, edges), parts); // [128, 7, 7, 64]
        const logits = tf.matMul(tf.reshape(features, [batch, -1]), verdict as never);
        return tf.mean(tf.softplus(logits));
      }, weights);
      for (const weight of weights) {
        const step = tf.mul(grads[weight.name]!, 0.01);
        weight.assign(tf.sub(weight, step) as typeof weight);
      }
      return { loss: value };
    },
    { images: [batch, 28, 28, 1] },
  );
  return { graph, state: initialState() };
}

// The process of a probe gets the engine as a message, and answers with what it found.
if (process.argv[1] === script)
  process.once('message', async (info: EngineInfo) => {
    const answer = await playProbe(info).catch((error: unknown) => ({ fault: firstLine(error) }));
    process.send?.(answer, () => process.exit());
  });
