import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configSchema } from '../config.ts';
import { formatFlags } from './help.ts';
import { schemaFlags } from './schema-flags.ts';

describe('schemaFlags', () => {
  it('accepts of every field exactly what the schema accepts', () => {
    const flags = schemaFlags(configSchema);
    const candidates = [
      '0',
      '1',
      '2',
      '.5',
      '-1',
      '180',
      '1e-8',
      '0.999999',
      '65537',
      '5000000000',
      'cpu',
      'tanh',
    ];
    for (const [name, field] of Object.entries(configSchema.shape)) {
      const flag = flags[name as keyof typeof flags];
      for (const given of candidates) {
        const value: unknown = field instanceof z.ZodNumber ? Number(given) : given;
        expect(flag.read(given) !== undefined, `${name} ${given}`).toBe(field.safeParse(value).success);
      }
    }
  });

  it('shows defaults it is given, without making them values', () => {
    const flags = schemaFlags(configSchema, { shownDefaults: { epochs: 20 } });
    expect(formatFlags(flags)).toMatch(/--epochs N .*\(default: 20\)/);
    expect(flags.epochs.fallback).toBeUndefined();
  });

  it('gives a field of true and false a way to say either', () => {
    const { mirror } = schemaFlags(z.object({ mirror: z.boolean() }));
    expect([mirror.read('true'), mirror.read('false'), mirror.read('yes')]).toEqual([true, false, undefined]);
  });

  it('names the field whose type no flag can take', () => {
    expect(() => schemaFlags(z.object({ sizes: z.array(z.number()) }))).toThrow(/sizes/);
  });
});
