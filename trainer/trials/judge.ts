import type { Engine } from '../engines/engine.ts';
import { compileClassifier, loadClassifier } from '../metrics/classifier/classifier.ts';
import { featureSize } from '../metrics/classifier/network.ts';
import { frechetDistanceOf } from '../metrics/distances.ts';
import { compileProducts } from '../metrics/engine-products.ts';
import { compareManifolds } from '../metrics/manifold.ts';
import { points } from '../metrics/points.ts';

/** Scores samples against fixed real digits. Both are [n, 28, 28], 0 is paper and 255 is ink. */
export interface Judge {
  fcd(images: Uint8Array): Promise<number>;
  manifolds(images: Uint8Array): Promise<{ readonly precision: number; readonly recall: number }>;
}

/** Readies the fixed classifier and what it sees in the real digits. */
export async function createJudge(engine: Engine, real: Uint8Array): Promise<Judge> {
  const classifier = await compileClassifier(engine, await loadClassifier());
  const { products } = await compileProducts(engine, featureSize);
  const featuresOf = async (images: Uint8Array) =>
    points((await classifier.look(images)).features, featureSize);
  const reals = await featuresOf(real);
  return {
    fcd: async (images) => frechetDistanceOf(reals, await featuresOf(images)),
    async manifolds(images) {
      const { precision, recall } = await compareManifolds(reals, await featuresOf(images), products);
      return { precision, recall };
    },
  };
}
