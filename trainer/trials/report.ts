import { marksOf, type Plan } from './plan.ts';
import type { Results, Row } from './results.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean of some seeds, the range they lie in where there are several, and how many they are where some have none. */
function figure(values: readonly number[], seeds: number): string {
  if (values.length === 0) return 'n/a';
  const middle = mean(values).toFixed(3);
  const range =
    values.length > 1 ? `${Math.min(...values).toFixed(3)}–${Math.max(...values).toFixed(3)}` : '';
  const share = values.length < seeds ? `${values.length} of ${seeds}` : '';
  const notes = [range, share].filter(Boolean).join(', ');
  return notes ? `${middle} (${notes})` : middle;
}

const present = (values: readonly (number | null | undefined)[]): number[] =>
  values.filter((value): value is number => typeof value === 'number');

/** Cells as a Markdown table, the first row its head. */
function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** What a plan has found, as Markdown: FCD-MNIST at equal times, at equal work, and how varied the digits are at the end. */
export function describeTrials(plan: Plan, { variants, rows, faults, device, floor }: Results): string {
  const last = plan.seconds.at(-1)!;
  const body = Object.keys(plan.variants).flatMap((variant) => {
    const ownPace = variants[variant]?.pace;
    const own = rows.filter((row) => row.variant === variant);
    if (!ownPace || own.length === 0) return [];
    const at = (step: number): Row[] => own.filter((row) => row.step === step);
    const stepAtTime = (time: number) => marksOf({ ...plan, seconds: [time], tflop: [] }, ownPace)[0]!;
    const ends = at(stepAtTime(last));
    const figureOf = (found: readonly Row[], of: (row: Row) => number | null | undefined) =>
      figure(present(found.map(of)), plan.seeds.length);
    const fcd = (found: readonly Row[]) =>
      `${figureOf(found, ({ raw }) => raw)} / ${figureOf(found, ({ averaged }) => averaged)}`;
    return [
      [
        variant,
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
    'ms a step',
    ...plan.seconds.map((time) => `FCD, ${time} s`),
    ...plan.tflop.map((work) => `FCD, ${work} TFLOP`),
    `TFLOP in ${last} s`,
    'precision',
    'recall',
  ];
  const seeds =
    plan.seeds.length > 1 ? `, means over the seeds ${plan.seeds.join(', ')} with their range` : '';
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
