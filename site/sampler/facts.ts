import type { Run } from '../../trainer/artifacts/schema.ts';

/** What the server tells the sampler of a run, in an attribute of its element. */
export interface SamplerFacts {
  readonly run: string;
  readonly grid: Pick<Run['grid'], 'seed' | 'rows' | 'columns'>;
  readonly generator: Pick<Run['generator'], 'latentSize' | 'classes' | 'range'>;
  /** In order, every epoch whose generator is published. */
  readonly models: readonly PublishedModel[];
}

export interface PublishedModel {
  readonly epoch: number;
  /** Addresses of its grid and of its two files. */
  readonly grid: string;
  readonly json: string;
  readonly weights: string;
}

/** The generator that stands for an epoch: its own, or the last one published before it. */
export function modelAt(models: readonly PublishedModel[], epoch: number): PublishedModel | undefined {
  return models.findLast((model) => model.epoch <= epoch) ?? models[0];
}
