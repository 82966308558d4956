import { parseFlags } from '../cli/flags.ts';
import type { Command } from '../cli/run-command.ts';
import { FailedError } from '../errors.ts';

export const evaluate: Command = {
  summary: 'score a run (not part of this version)',
  async run(argv) {
    parseFlags({}, argv);
    throw new FailedError(
      'This version does not score runs; look at their grids in the gallery: npm run build, then npm run preview.',
    );
  },
};
