import type { Tensors } from '../engines/program.ts';
import { fillNormal, fillUniform } from '../random/streams.ts';
import type { FirstValues, Plan } from './plan.ts';

/** How far a truncated normal reaches, in standard deviations. */
const truncation = 2;

/**
 * The numbers with which a slot begins. What is random is Philox's at the address (seed, purpose `init`, the rule's
 * index), so it is the same in any place.
 *
 * @throws Error for a copy, which begins as another slot does
 */
export function firstValues(first: FirstValues, size: number, seed: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(size);
  if (first.begins === 'constant') return values.fill(first.value);
  if (first.begins === 'copy') throw new Error(`a copy of ${first.of} has no numbers of its own`);
  const address = { seed, purpose: 'init', step: 0, index: first.index } as const;
  if (first.begins === 'uniform') {
    fillUniform(values, address);
    return values.map((uniform) => first.low + (first.high - first.low) * uniform);
  }
  if (first.truncated) fillTruncated(values, address);
  else fillNormal(values, address);
  return values.map((normal) => first.mean + first.deviation * normal);
}

/** Fills `out` with the first numbers of a stream of standard normals that are not beyond the truncation. */
function fillTruncated(out: Float32Array, address: Parameters<typeof fillNormal>[1]): void {
  // Of 1,000 normals 954 are within two standard deviations. A longer stream begins as the shorter one does.
  for (let length = out.length + 8; ; length *= 2) {
    const normals = new Float32Array(length);
    fillNormal(normals, address);
    const within = normals.filter((normal) => Math.abs(normal) <= truncation);
    if (within.length < out.length) continue;
    out.set(within.subarray(0, out.length));
    return;
  }
}

/** The state with which a run of this seed begins. */
export function firstState({ state }: Pick<Plan, 'state'>, seed: number): Tensors {
  const slots = new Map(state.map((slot) => [slot.name, slot]));
  const valuesOf = (name: string): Float32Array<ArrayBuffer> => {
    const slot = slots.get(name);
    if (!slot) throw new Error(`the plan has no slot ${name} to begin as`);
    const { first, shape } = slot;
    if (first.begins === 'copy') return valuesOf(first.of);
    return firstValues(
      first,
      shape.reduce((product, d) => product * d, 1),
      seed,
    );
  };
  return Object.fromEntries(state.map(({ name }) => [name, valuesOf(name)]));
}
