import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tfjs from '@tensorflow/tfjs';
import { tf } from '../../compile/tf.ts';
import { trace } from '../../compile/trace.ts';
import { digitPixels } from '../../data/idx-format.ts';
import type { Engine } from '../../engines/engine.ts';
import type { Tensors } from '../../engines/program.ts';
import { InputError } from '../../errors.ts';
import { loadLayersModelFromDisk } from '../../export/layers-model.ts';
import { variablesOf } from '../../gan/trainable.ts';
import { classes, featureLayer, featureSize } from './network.ts';

/** SHA-256 of the classifier's files. Scores are comparable under these bytes and no others. */
export const classifierChecksums = {
  'model.json': '75d59158a24e00ae313c264c6a944c242e01dcd2785fc9760f50feaff73093bd',
  'weights.bin': 'c5959794707c110bbff0404532acc2fbaae942041972d93b8ec2d8064e155472',
} as const;

/** What the classifier sees in n digits. */
export interface Seen {
  readonly count: number;
  /** [n, featureSize] */
  readonly features: Float32Array;
  /** [n, 10], rows that sum to 1 */
  readonly probabilities: Float64Array;
}

export interface Classifier {
  /** @param images [n, 28, 28], 0 is paper and 255 is ink */
  look(images: Uint8Array): Promise<Seen>;
  dispose(): Promise<void>;
}

/**
 * Reads the classifier that comes with Inkling.
 *
 * @param checked false only for the script that makes the files
 * @throws InputError when its files are not those that all scores are made with
 */
export async function loadClassifier(
  directory = import.meta.dirname,
  { checked = true } = {},
): Promise<tfjs.LayersModel> {
  for (const [name, wanted] of checked ? Object.entries(classifierChecksums) : []) {
    const content = await readFile(join(directory, name));
    const got = createHash('sha256').update(content).digest('hex');
    if (got !== wanted)
      throw new InputError(
        `${join(directory, name)} is not the classifier that scores are made with: its SHA-256 is ${got}, wanted ${wanted}; restore it from the repository.`,
      );
  }
  return await loadLayersModelFromDisk(directory);
}

/** Digits of one pass: what a pass holds in memory grows with them, by 130 MB to 250, and they go no faster. */
const batch = 100;

/**
 * Compiles a classifier's forward pass, features and logits at once.
 *
 * @param weights by name, in place of the model's own
 */
export async function compileClassifier(
  engine: Engine,
  model: tfjs.LayersModel,
  weights?: Tensors,
): Promise<Classifier> {
  const whole = tf.model({
    inputs: model.inputs,
    outputs: [model.getLayer(featureLayer).output as tfjs.SymbolicTensor, model.outputs[0]!],
  });
  const names = new Map([...variablesOf(model)].map(([name, variable]) => [variable, name]));
  const { graph, initialState } = trace(
    ({ image }) => {
      const [features, logits] = whole.apply(image!, { training: false }) as [tfjs.Tensor, tfjs.Tensor];
      return { features, logits };
    },
    { image: [batch, 28, 28, 1] },
    { nameOf: (variable) => names.get(variable) ?? variable.name },
  );
  const program = await engine.load(graph, weights ?? initialState());
  return {
    async look(images) {
      const count = images.length / digitPixels;
      if (!Number.isInteger(count))
        throw new RangeError(`${images.length} bytes are no whole number of digits`);
      const features = new Float32Array(count * featureSize);
      const probabilities = new Float64Array(count * classes);
      for (let first = 0; first < count; first += batch) {
        const here = Math.min(batch, count - first);
        const image = new Float32Array(batch * digitPixels);
        const bytes = images.subarray(first * digitPixels, (first + here) * digitPixels);
        for (let i = 0; i < bytes.length; i++) image[i] = bytes[i]! / 255;
        const seen = await program.run({ image });
        features.set(seen.features!.subarray(0, here * featureSize), first * featureSize);
        for (let i = 0; i < here; i++)
          softmax(
            seen.logits!.subarray(i * classes, (i + 1) * classes),
            probabilities,
            (first + i) * classes,
          );
      }
      return { count, features, probabilities };
    },
    dispose: () => program.dispose(),
  };
}

/** Writes the probabilities of a row of logits to out[at …]. */
function softmax(logits: Float32Array, out: Float64Array, at: number): void {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  powers.forEach((power, i) => {
    out[at + i] = power / sum;
  });
}
