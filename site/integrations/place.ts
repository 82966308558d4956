import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { takeLock } from '../../tools/launcher/lock.mjs';
import { makeFolder } from '../../trainer/disk/files.ts';
import { InputError } from '../../trainer/errors.ts';
import { layOver, lockName } from '../build/lay-over.ts';
import { judgeTarget } from '../build/target.ts';
import { told } from '../build/told.ts';
import type { Settings } from '../settings.ts';

/**
 * Lays what Astro built in a folder of its own over the folder that the site is wanted in. Comes last of all.
 *
 * @param built the folder of its own, which Astro empties
 */
export function place({ outDir, artifactsDir, base, force }: Settings, built: string): AstroIntegration {
  let root = '';
  const judgeOwn = (folder: string) => {
    if (resolve(folder) !== resolve(built))
      throw new InputError(
        `Astro would empty ${folder} and build there; name the folder with --out (OUT_DIR), not with Astro's --outDir.`,
      );
  };
  const judge = () => judgeTarget(outDir, { root, artifactsDir, force });
  return {
    name: 'inkling:place',
    hooks: {
      'astro:config:setup': async ({ command, config }) => {
        root = fileURLToPath(config.root);
        if (command !== 'build') return;
        await told(() => judgeOwn(fileURLToPath(config.outDir)));
        await told(judge);
      },
      'astro:build:done': ({ dir, logger }) =>
        told(async () => {
          const prepare = await judge();
          const moved = await prepare();
          if (moved) logger.warn(moved);
          await makeFolder(outDir);
          const release = await takeLock(join(outDir, lockName), () =>
            logger.info(`waiting for another build to put its site into ${outDir}`),
          );
          try {
            const { written, removed } = await layOver(fileURLToPath(dir), outDir, { base, force });
            logger.info(`${outDir}: ${written} files written, ${removed} removed`);
          } finally {
            release();
          }
        }),
    },
  };
}
