import { marksOf, type Plan } from './plan.ts';
import type { Results, Row } from './results.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean of some seeds, and the range they lie in where there are several. */
function figure(values: readonly number[]): string {
  if (values.length === 0) return 'n/a';
  const middle = mean(values).toFixed(3);
  if (values.length === 1) return middle;
  return `${middle} (${Math.min(...values).toFixed(3)}–${Math.max(...values).toFixed(3)})`;
}

const present = (values: readonly (number | null | undefined)[]): number[] =>
  values.filter((value): value is number => typeof value === 'number');

/** Cells as a Markdown table, the first row its head. */
function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/**
 * What a plan has found, as Markdown: FCD-MNIST at equal times, at equal work, and how varied the digits are at the end.
 * A variant's figures are all of the same seeds: those whose trials came to their end.
 */
export function describeTrials(plan: Plan, { variants, rows, faults, device, floor }: Results): string {
  const last = plan.seconds.at(-1)!;
  const body = Object.keys(plan.variants).flatMap((variant) => {
    const ownPace = variants[variant]?.pace;
    if (!ownPace) return [];
    const stepAtTime = (time: number) => marksOf({ seconds: [time], tflop: [] }, ownPace)[0]!;
    const own = rows.filter((row) => row.variant === variant);
    const ends = own.filter(({ step }) => step === stepAtTime(last));
    if (ends.length === 0) return [];
    const ended = new Set(ends.map(({ seed }) => seed));
    const at = (step: number): Row[] => own.filter((row) => row.step === step && ended.has(row.seed));
    const figureOf = (found: readonly Row[], of: (row: Row) => number | null | undefined) =>
      figure(present(found.map(of)));
    const fcd = (found: readonly Row[]) =>
      `${figureOf(found, ({ raw }) => raw)} / ${figureOf(found, ({ averaged }) => averaged)}`;
    return [
      [
        variant,
        [...ended].join(', '),
        ownPace.ms.toFixed(ownPace.ms < 20 ? 1 : 0),
        ...plan.seconds.map((time) => fcd(at(stepAtTime(time)))),
        ...plan.tflop.map((work) => {
          const found = at(Math.round((work * 1000) / ownPace.gflop));
          return found.length > 0 ? fcd(found) : 'not reached';
        }),
        ((stepAtTime(last) * ownPace.gflop) / 1000).toFixed(1),
        figureOf(ends, ({ precision }) => precision),
        figureOf(ends, ({ recall }) => recall),
      ],
    ];
  });
  const head = [
    'variant',
    'seeds',
    'ms a step',
    ...plan.seconds.map((time) => `FCD, ${time} s`),
    ...plan.tflop.map((work) => `FCD, ${work} TFLOP`),
    `TFLOP in ${last} s`,
    'precision',
    'recall',
  ];
  const seeds = plan.seeds.length > 1 ? ', means over seeds with their range' : '';
  return [
    `${plan.about}`,
    `FCD-MNIST of 10,000 digits against the ${plan.against} ones, raw / averaged weights${seeds}. Real training digits in their place: ${floor.toFixed(3)}. ${device}.`,
    markdown([head, ...body]),
    ...faults.map(
      ({ variant, seed, fault }) => `${variant}, seed ${seed}, did not come to its end: ${fault}.`,
    ),
    '',
  ].join('\n\n');
}
