import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import type { ListedRun } from '../../trainer/artifacts/reader.ts';
import { FailedError } from '../../trainer/errors.ts';
import { told } from '../build/told.ts';
import { checkedRuns } from '../runs/checked.ts';
import type { Settings } from '../settings.ts';
import { publishRuns } from './publish.ts';
import { serveRuns } from './serve.ts';

/**
 * What is wrong with the runs, a sentence for each.
 *
 * @throws FailedError with those sentences in a strict build
 */
export function faultsOf(entries: readonly ListedRun[], { strict }: Pick<Settings, 'strict'>): string[] {
  const faults = entries.flatMap(({ fault }) => fault ?? []);
  if (strict && faults.length > 0) throw new FailedError(faults.join('\n'));
  return faults;
}

/** Brings the published files of every run into the built site and into the dev server. */
export function artifacts(settings: Settings): AstroIntegration {
  const { artifactsDir } = settings;
  return {
    name: 'inkling:artifacts',
    hooks: {
      'astro:build:start': ({ logger }) =>
        told(async () => {
          for (const fault of faultsOf(await checkedRuns(artifactsDir), settings)) logger.warn(fault);
        }),
      'astro:build:done': ({ dir, logger }) =>
        told(async () => {
          const { published, faults } = await publishRuns(
            artifactsDir,
            await checkedRuns(artifactsDir),
            fileURLToPath(dir),
          );
          for (const fault of faults) logger.warn(fault);
          logger.info(`published ${published} files of the runs`);
        }),
      'astro:server:setup': ({ server }) => serveRuns(server, settings),
    },
  };
}
