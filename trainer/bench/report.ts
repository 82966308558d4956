import type { Timing } from './timing.ts';

export interface TorchTiming {
  readonly name: string;
  readonly version: string;
  readonly timing: Timing;
}

/** What was measured of one recipe's step. */
export interface StepReport {
  /** Work of a step in products and convolutions. */
  readonly gflop: number;
  readonly batch: number;
  readonly compiled: Timing;
  /** Rate of one large product in the same runtime, in the same rounds. */
  readonly peakGflops: number;
  /** PyTorch's step in each of the ways that were timed. */
  readonly torch: readonly TorchTiming[];
  /** tfjs's wasm backend, and its median over ours, of times taken in turns; on a processor only. */
  readonly wasm: { readonly timing: Timing; readonly vsOurs: number } | undefined;
}

export interface Report {
  /** The engine that ran the compiled step, for people. */
  readonly engine: string;
  readonly device: string;
  readonly threads: number;
  readonly steps: Readonly<Record<string, StepReport>>;
  readonly residentMb: { readonly first: number; readonly last: number };
}

/** Of MNIST. */
const trainingDigits = 60_000;

const rateOf = ({ gflop, compiled }: StepReport) => gflop / (compiled.medianMs / 1000);
const fractionOf = (step: StepReport) => rateOf(step) / step.peakGflops;
const vsOurs = ({ timing }: TorchTiming, { compiled }: StepReport) => timing.medianMs / compiled.medianMs;
const rounded = (value: number, digits = 3) => Number(value.toPrecision(digits));

/** One object, for machines. vsX is X's median time over ours. */
function json({ engine, device, threads, steps, residentMb }: Report) {
  const peaks = Object.values(steps).map((step) => step.peakGflops);
  return {
    engine,
    device,
    peakGflops: rounded(Math.max(...peaks)),
    threads,
    steps: Object.fromEntries(
      Object.entries(steps).map(([name, step]) => [
        name,
        {
          batch: step.batch,
          medianMs: rounded(step.compiled.medianMs),
          quartilesMs: step.compiled.quartilesMs.map((q) => rounded(q)),
          gflop: rounded(step.gflop, 4),
          peakGflops: rounded(step.peakGflops),
          fractionOfPeak: rounded(fractionOf(step)),
          vsPyTorch: Object.fromEntries(
            step.torch.map((torch) => [torch.name, rounded(vsOurs(torch, step))]),
          ),
          vsTfjsWasm: step.wasm ? rounded(step.wasm.vsOurs) : null,
        },
      ]),
    ),
    residentMb,
  };
}

const ms = ({ medianMs, quartilesMs: [low, high] }: Timing) =>
  `${medianMs.toFixed(1)} ms (${low.toFixed(1)}–${high.toFixed(1)})`;

/** The same for people: medians with quartiles, then what follows from them. */
function words({ engine, device, threads, steps, residentMb }: Report): string {
  const lines = Object.entries(steps).flatMap(([name, step]) => {
    const images = Math.round((step.batch * 1000) / step.compiled.medianMs).toLocaleString('en-US');
    const epoch = ((trainingDigits / step.batch) * step.compiled.medianMs) / 1000;
    const torch = step.torch.map(
      (peer) =>
        `  ${peer.name}, ${peer.version}  ${ms(peer.timing)}: ${vsOurs(peer, step).toFixed(2)} × ours`,
    );
    return [
      `${name}, a step of ${step.gflop.toFixed(2)} GFLOP on a batch of ${step.batch}`,
      `  compiled  ${ms(step.compiled)}: ${images} images/s, ${rateOf(step).toFixed(0)} GFLOP/s, ${epoch.toPrecision(3)} s an epoch`,
      `  peak of a large product  ${step.peakGflops.toFixed(0)} GFLOP/s: the step reaches ${Math.round(100 * fractionOf(step))} % of it`,
      ...(torch.length > 0 ? torch : ['  PyTorch  not measured']),
      ...(step.wasm
        ? [`  tfjs on wasm  ${ms(step.wasm.timing)}: ${step.wasm.vsOurs.toFixed(0)} × ours`]
        : []),
      '',
    ];
  });
  return [
    `${engine}, ${device}. Medians with quartiles, ${threads > 0 ? `${threads} threads each, ` : ''}taken in turns.`,
    '',
    ...lines,
    `Resident size of a training process: ${residentMb.first} MB after its first epoch, ${residentMb.last} MB after its last.`,
    '',
  ].join('\n');
}

export const report = { json, words };
