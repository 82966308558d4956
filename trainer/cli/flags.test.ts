import process from 'node:process';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { z } from 'zod';
import { configSchema } from '../config.ts';
import { InputError } from '../errors.ts';
import {
  choice,
  type FlagTable,
  flagSwitch,
  HelpRequest,
  number,
  optionName,
  parseFlags,
  path,
  program,
  schemaFlags,
  text,
} from './flags.ts';

const table = {
  ...schemaFlags(configSchema),
  name: text({ description: 'name of the run', placeholder: 'RUN' }),
  count: number({ description: 'how many', integer: true, min: 1, default: 100 }),
  format: choice({ description: 'what to write', choices: ['grid', 'png'], default: 'grid' }),
  dryRun: flagSwitch({ description: 'write nothing' }),
};

const parse = (line: string) =>
  parseFlags(table, line.split(' ').filter(Boolean), { bareWord: 'recipe', env: {} });
const complaint = (line: string): string => {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error(`${line} was accepted.`);
};

describe('parseFlags', () => {
  it('types every value as the table says', () => {
    const values = parse('--output-activation tanh --learning-rate-g .001 --format png --dry-run');
    expectTypeOf(values.outputActivation).toEqualTypeOf<'tanh' | 'sigmoid' | 'relu' | undefined>();
    expectTypeOf(values.learningRateG).toEqualTypeOf<number | undefined>();
    expectTypeOf(values.name).toEqualTypeOf<string | undefined>();
    expectTypeOf(values.count).toEqualTypeOf<number>();
    expectTypeOf(values.format).toEqualTypeOf<'grid' | 'png'>();
    expectTypeOf(values.dryRun).toEqualTypeOf<boolean>();
    expect(values).toMatchObject({
      outputActivation: 'tanh',
      learningRateG: 0.001,
      format: 'png',
      dryRun: true,
    });
  });

  it('leaves what is not given at its default, or undefined', () => {
    expect(parse('')).toMatchObject({ count: 100, format: 'grid', dryRun: false, name: undefined });
  });

  it('has one flag in kebab case for every field of the configuration', () => {
    for (const field of Object.keys(configSchema.shape)) {
      expect(() => parse(`--${optionName(field)} ?`), field).not.toThrow(/There is no flag/);
    }
    expect(optionName('learningRateG')).toBe('learning-rate-g');
    expect(optionName('beta1')).toBe('beta1');
  });

  it('reads a value after a space or an equals sign, and negative and scientific numbers', () => {
    expect(parse('--count=12').count).toBe(12);
    expect(parse('--learning-rate-d 2e-4').learningRateD).toBe(2e-4);
    expect(complaint('--rotation -5')).toBe('--rotation takes a number from 0 to 180, not "-5".');
  });

  it.each([
    ['--epochs abc', '--epochs takes a whole number from 1 to 10000, not "abc".'],
    ['--epochs 1.5', '--epochs takes a whole number from 1 to 10000, not "1.5".'],
    ['--epochs 0x10', '--epochs takes a whole number from 1 to 10000, not "0x10".'],
    ['--epochs=', '--epochs takes a whole number from 1 to 10000, not "".'],
    ['--epochs 99999', '--epochs takes a whole number from 1 to 10000, not "99999".'],
    ['--limit -1', '--limit takes a whole number from 0 up, not "-1".'],
    ['--learning-rate-g 0', '--learning-rate-g takes a number above 0, at most 1, not "0".'],
    ['--learning-rate-g 1e999', '--learning-rate-g takes a number above 0, at most 1, not "1e999".'],
    ['--format gif', '--format takes one of grid, png, not "gif".'],
    ['--name=', '--name takes a text that is not empty, not "".'],
    ['--dry-run=yes', '--dry-run takes no value; "yes" was given.'],
  ])('names the flag, what it wants and what it got: %s', (line, sentence) => {
    expect(complaint(line)).toBe(sentence);
  });

  it('says when a value is missing, even with another flag after it', () => {
    expect(complaint('--epochs')).toBe('--epochs takes a whole number from 1 to 10000, and none was given.');
    expect(complaint('--epochs --batch 8')).toContain('--epochs takes a whole number');
  });

  it('offers the nearest flag for one that does not exist', () => {
    expect(complaint('--epoch 3')).toBe('There is no flag --epoch; did you mean --epochs?');
    expect(complaint('--learningRateG 1')).toContain('did you mean --learning-rate-g?');
    expect(complaint('--xyzzyxyzzyxyzzy')).toBe(
      'There is no flag --xyzzyxyzzyxyzzy; --help lists those there are.',
    );
  });

  it('refuses a flag given twice', () => {
    expect(complaint('--seed 1 --seed 2')).toBe('--seed was given twice; give it once.');
  });

  it('refuses a word that stands alone and names the flag that was meant', () => {
    expect(complaint('mlp')).toBe('mlp stands alone, without a flag before it; did you mean --recipe mlp?');
    expect(complaint('png')).toContain('did you mean --format png?');
  });

  it('refuses flags with a single dash', () => {
    expect(complaint('-epochs 3')).toContain('flags have two dashes');
  });

  it('notices flags that npm kept for itself, instead of running without them', () => {
    const env = { npm_config_dry_run: 'true', npm_lifecycle_event: 'train' };
    expect(() => parseFlags(table, [], { env })).toThrow('`npm run train -- --dry-run`');
    expect(parseFlags(table, ['--dry-run'], { env }).dryRun).toBe(true);
  });

  it('answers --help with every flag, its value, its description and its default', () => {
    expect(() => parse('--help')).toThrow(HelpRequest);
    expect(() => parse('--help')).toThrow(/--format grid\|png +what to write \(default: grid\)/);
    expect(() => parse('-h')).toThrow(/--learning-rate-g N +Adam's step size for the generator/);
  });
});

describe('a path', () => {
  afterEach(() => vi.unstubAllEnvs());
  const flags = {
    data: path({ description: 'the data', placeholder: 'DIR' }),
    artifacts: path({ description: 'the runs', placeholder: 'DIR', default: 'artifacts' }),
    python: program({ description: 'a Python', placeholder: 'PATH', default: 'python3' }),
  };
  const read = (...argv: string[]) => parseFlags(flags, argv, { env: {} });

  it('is relative to where the command was given; a default, and the name of a program, is not', () => {
    vi.stubEnv('INKLING_CALLED_FROM', '/home/ada');
    expect(read('--data', 'digits', '--python', 'venv/bin/python')).toEqual({
      data: '/home/ada/digits',
      artifacts: 'artifacts',
      python: '/home/ada/venv/bin/python',
    });
    expect(read('--data=../digits', '--python', 'python3.12')).toMatchObject({
      data: '/home/digits',
      python: 'python3.12',
    });
  });

  it('stays as it was written in the root', () => {
    vi.stubEnv('INKLING_CALLED_FROM', undefined);
    expect(read('--data', './digits').data).toBe('./digits');
    expect(() => read('--data=')).toThrow('--data takes a path, not "".');
  });
});

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

  it('names the field whose type no flag can take', () => {
    expect(() => schemaFlags(z.object({ sizes: z.array(z.number()) }))).toThrow(/sizes/);
  });
});

describe('the help', () => {
  const { columns } = process.stdout;
  afterEach(() => {
    process.stdout.columns = columns;
  });
  const linesOf = (flags: FlagTable, width: number): string[] => {
    process.stdout.columns = width;
    try {
      parseFlags(flags, ['--help'], { env: {} });
    } catch (request) {
      if (request instanceof HelpRequest) return request.message.split('\n');
    }
    return [];
  };

  it('aligns the descriptions and wraps them to the width', () => {
    const flags = {
      seed: number({ description: 'everything random follows from this number' }),
      out: text({ description: 'where to write', placeholder: 'PATH' }),
    };
    expect(linesOf(flags, 40)).toEqual([
      '  --seed N    everything random follows',
      '              from this number',
      '  --out PATH  where to write',
      '  --help      show this',
    ]);
  });

  it('gives a long flag a line of its own', () => {
    const long = text({ description: 'what it is', placeholder: 'A-VERY-LONG-PLACEHOLDER-INDEED' });
    expect(linesOf({ long }, 100)).toEqual([
      '  --long A-VERY-LONG-PLACEHOLDER-INDEED',
      '                                what it is',
      '  --help                        show this',
    ]);
  });
});
