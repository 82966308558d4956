/** Something to time: runs its work once, returns milliseconds. */
export interface Subject {
  readonly name: string;
  /** Times taken each round. */
  readonly perRound: number;
  time(): Promise<number>;
  end(): Promise<void>;
}

export interface Timing {
  readonly medianMs: number;
  readonly quartilesMs: readonly [number, number];
  readonly count: number;
}

/** The value that a share of the sorted values lies below, between neighbours in proportion. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('no values have no quantile');
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}

export const summarise = (times: readonly number[]): Timing => ({
  medianMs: quantile(times, 0.5),
  quartilesMs: [quantile(times, 0.25), quantile(times, 0.75)],
  count: times.length,
});

/**
 * Times subjects in turns, so that whatever else the machine does meets all of them alike. The first round
 * warms up and is not counted.
 */
export async function interleave(
  subjects: readonly Subject[],
  { rounds }: { readonly rounds: number },
): Promise<Map<string, Timing>> {
  const times = new Map(subjects.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, perRound, time } of subjects)
      for (let i = 0; i < perRound; i++) {
        const ms = await time();
        if (round > 0) times.get(name)!.push(ms);
      }
  }
  return new Map([...times].map(([name, list]) => [name, summarise(list)]));
}
