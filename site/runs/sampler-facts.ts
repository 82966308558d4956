import type { Run } from '../../trainer/artifacts/schema.ts';
import type { SamplerFacts } from '../sampler/facts.ts';
import { fileUrl } from './files.ts';

/** What the sampler on a run's page has to know of the run. */
export function samplerFacts(run: Run): SamplerFacts {
  const { seed, rows, columns } = run.grid;
  const { latentSize, classes, range } = run.generator;
  return {
    run: run.name,
    grid: { seed, rows, columns },
    generator: { latentSize, classes, range },
    models: run.epochs.flatMap(({ epoch, grid, model }) =>
      model === null
        ? []
        : [
            {
              epoch,
              grid: fileUrl(run, grid),
              json: fileUrl(run, model),
              weights: fileUrl(run, model.replace(/[^/]+$/, 'weights.bin')),
            },
          ],
    ),
  };
}
