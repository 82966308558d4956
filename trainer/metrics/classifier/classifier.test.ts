import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../compile/compiled-fixture.ts';
import { tf } from '../../compile/tf.ts';
import { loadDigits } from '../../data/digits.ts';
import { type Engine, startEngine } from '../../engines/engine.ts';
import { InputError } from '../../errors.ts';
import { type Classifier, classifierChecksums, compileClassifier, loadClassifier } from './classifier.ts';
import { classes, featureSize } from './network.ts';

let engine: Engine;
let classifier: Classifier;
beforeAll(async () => {
  engine = startEngine(localEngine);
  classifier = await compileClassifier(engine, await loadClassifier());
});
afterAll(() => engine.dispose());

describe('the fixed classifier', () => {
  it('has the record of the files that scores are made with', async () => {
    const record = JSON.parse(await readFile(join(import.meta.dirname, 'record.json'), 'utf8'));
    expect(record.sha256).toEqual(classifierChecksums);
    expect(record.testAccuracy).toBeGreaterThanOrEqual(0.993);
  });

  it('names nearly all of a thousand test digits rightly', async () => {
    const { test } = await loadDigits();
    const { probabilities, features, count } = await classifier.look(test.images.subarray(0, 1000 * 784));
    expect([count, features.length]).toEqual([1000, 1000 * featureSize]);
    const right = Array.from({ length: count }, (_, i) => {
      const row = probabilities.subarray(i * classes, (i + 1) * classes);
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      return Number(row.indexOf(Math.max(...row)) === test.labels[i]);
    });
    expect(right.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(990);
  });

  it('sees the same in a digit whatever its company, and what tfjs sees', async () => {
    const { test } = await loadDigits();
    const many = await classifier.look(test.images.subarray(0, 300 * 784));
    const few = await classifier.look(test.images.subarray(260 * 784, 262 * 784));
    expect(few.features).toEqual(many.features.slice(260 * featureSize, 262 * featureSize));
    const model = await loadClassifier();
    const image = tf.tensor(
      Float32Array.from(test.images.subarray(260 * 784, 262 * 784), (byte) => byte / 255),
      [2, 28, 28, 1],
    );
    const theirs = tf.softmax(model.predict(image) as tf.Tensor).dataSync();
    few.probabilities.forEach((p, i) => {
      expect(p).toBeCloseTo(theirs[i]!, 5);
    });
  });

  it('is refused when its weights are others', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'inkling-'));
    await cp(import.meta.dirname, folder, { recursive: true });
    const path = join(folder, 'weights.bin');
    const weights = await readFile(path);
    weights[100]! ^= 1;
    await writeFile(path, weights);
    const loading = loadClassifier(folder);
    await expect(loading).rejects.toThrow('is not the classifier that scores are made with');
    await expect(loading).rejects.toBeInstanceOf(InputError);
    await rm(folder, { recursive: true });
  });
});
