import type { Config } from '../config.ts';

/** What a recipe whose discriminator has no dropout says to a configuration that wants some. */
export const refuseDropout = ({ dropout }: Config): string | undefined =>
  dropout > 0
    ? `its discriminator has no dropout, so --dropout ${dropout} can't be; leave it at 0.`
    : undefined;
