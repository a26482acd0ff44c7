/** The method that was there before, and the one that is to be shown better. */
export type Side = 'a' | 'b';

/** One run of a method. */
export interface MeasuredSeed {
  readonly seed: number;
  /** Flat, finite. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** One metric on the seeds that both sides have it for, by rising seed. */
export interface SeedPairs {
  readonly seeds: readonly number[];
  /** As measured, one a seed. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** Seeds that only one side has the metric for; they are left out. */
  readonly onlyA: readonly number[];
  readonly onlyB: readonly number[];
}

/** Pairs by seed: what two runs of one seed have in common (the split, the order of the data) falls out of the difference. */
export function pairSeeds(a: readonly MeasuredSeed[], b: readonly MeasuredSeed[], metric: string): SeedPairs {
  const [valuesA, valuesB] = [valuesOf(a, metric), valuesOf(b, metric)];
  const seeds = [...valuesA.keys()].filter((seed) => valuesB.has(seed));
  const onSeeds = (values: ReadonlyMap<number, number>): readonly number[] =>
    seeds.flatMap((seed) => values.get(seed) ?? []);
  return {
    ...{ seeds, a: onSeeds(valuesA), b: onSeeds(valuesB) },
    onlyA: [...valuesA.keys()].filter((seed) => !valuesB.has(seed)),
    onlyB: [...valuesB.keys()].filter((seed) => !valuesA.has(seed)),
  };
}

function valuesOf(runs: readonly MeasuredSeed[], metric: string): ReadonlyMap<number, number> {
  const sorted = [...runs].sort((x, y) => x.seed - y.seed);
  return new Map(
    sorted.flatMap(({ seed, metrics }) => {
      const value = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
      return value === undefined ? [] : [[seed, value] as const];
    }),
  );
}
