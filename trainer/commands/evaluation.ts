import type { FoundRun } from '../artifacts/reader.ts';
import type { Findings } from '../artifacts/writer.ts';
import { type DigitData, pickImages } from '../data/digits.ts';
import type { Engine } from '../engines/engine.ts';
import type { Tensors } from '../engines/program.ts';
import { encodeGrid } from '../export/png.ts';
import { trainAndTest } from '../metrics/classifier/fit.ts';
import { finalSamples, tstrSamples } from '../metrics/names.ts';
import { createScorer, type Scored } from '../metrics/scorer.ts';
import { drawAllPublished, type PublishedModel } from './draw.ts';

export interface EvaluationOptions {
  readonly engine: Engine;
  readonly found: FoundRun;
  readonly published: PublishedModel;
  /** By name, in place of the published ones. */
  readonly weights?: Tensors | undefined;
  /** MNIST, whole. */
  readonly digits: DigitData;
  readonly samples: number;
  /** Whether to score by TSTR too, which takes the longest; only generators with classes have it. */
  readonly tstr: boolean;
  /** Told what is being done. */
  readonly onStage?: (stage: string) => void;
}

export interface Evaluated extends Scored {
  readonly epoch: number;
  readonly samples: number;
  /** The samples of the pairs in one row, below each its training digit: a PNG. */
  readonly picture: Uint8Array;
}

/** Draws digits with a run's generator and scores them against the test digits. */
export async function evaluateGenerator({
  engine,
  found: { directory, run },
  published: { epoch, model },
  weights,
  digits,
  samples,
  tstr,
  onStage = () => undefined,
}: EvaluationOptions): Promise<Evaluated> {
  const { train, test } = digits;
  const draw = { engine, directory, run, model, weights, seed: run.grid.seed };
  onStage('drawing');
  const { images } = await drawAllPublished({ ...draw, count: samples });
  const scorer = await createScorer({ engine, digits, samples, onStage });
  const { scores, histogram, pairs } = await scorer.score(images);
  const both = [
    pickImages(
      images,
      pairs.map(({ index }) => index),
    ),
    pickImages(
      train.images,
      pairs.map(({ digit }) => digit),
    ),
  ];
  const picture = await encodeGrid(Buffer.concat(both), { rows: 2, columns: pairs.length });
  const found = { epoch, samples, histogram, pairs, picture };
  if (!tstr || run.generator.classes === 0) return { ...found, scores };

  onStage('TSTR');
  // Digits that no other score is of.
  const lessons = await drawAllPublished({ ...draw, first: finalSamples, count: tstrSamples });
  return { ...found, scores: { ...scores, tstr: await trainAndTest(engine, lessons, test) } };
}

/** What an evaluation adds to its run's record. */
export const findingsOf = ({ epoch, samples, scores, histogram, pairs, picture }: Evaluated): Findings => ({
  metrics: { ...scores, samples, epoch },
  evaluation: { epoch, samples, histogram, pairs: [...pairs] },
  picture,
});
