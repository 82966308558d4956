import * as v from 'valibot';

const address = v.string();
const whole = v.pipe(v.number(), v.integer());

/** What the server tells the sampler of a run, in an attribute of its element. */
export const samplerFactsSchema = v.object({
  run: v.string(),
  /** As in the run's record. */
  grid: v.object({ seed: whole, rows: whole, columns: whole }),
  generator: v.object({ latentSize: whole, classes: whole, range: v.tuple([v.number(), v.number()]) }),
  /** In order, every epoch whose generator is published, with the addresses of its grid and its files. */
  models: v.array(v.object({ epoch: whole, grid: address, json: address, weights: address })),
});

export type SamplerFacts = v.InferOutput<typeof samplerFactsSchema>;
export type PublishedModel = SamplerFacts['models'][number];

/** The generator that stands for an epoch: its own, or the last one published before it. */
export function modelAt(models: readonly PublishedModel[], epoch: number): PublishedModel | undefined {
  return models.findLast((model) => model.epoch <= epoch) ?? models[0];
}
