import type { AstroIntegration } from 'astro';
import { listRuns } from '../../trainer/artifacts/reader.ts';
import { readSettings, type Settings } from '../settings.ts';
import { publishRuns } from './publish.ts';
import { serveRuns } from './serve.ts';

/** Brings the published files of every run into the built site and into the dev server. */
export function artifacts(settings: Settings = readSettings()): AstroIntegration {
  return {
    name: 'inkling:artifacts',
    hooks: {
      'astro:build:start': async ({ logger }) => {
        const entries = await listRuns(settings.artifactsDir);
        const faults = entries.flatMap(({ fault }) => fault ?? []);
        if (settings.strict && faults.length > 0) throw new Error(faults.join('\n'));
        for (const fault of faults) logger.warn(fault);
      },
      'astro:build:done': async ({ dir, logger }) => {
        const count = await publishRuns(settings.artifactsDir, dir);
        logger.info(`published ${count} files of the runs`);
      },
      'astro:server:setup': ({ server }) => serveRuns(server, settings),
    },
  };
}
