/** The statistic of many resamples, sorted. */
export interface Replicates {
  /** Resamples for which the statistic is no number. */
  readonly undefinedOnes: number;
  readonly constant: boolean;
  /** Share below the value, ties counting half. */
  shareBelow(value: number): number;
  /** By linear interpolation; `otherwise` where there is no replicate. */
  quantile(level: number, otherwise: number): number;
}

/** Replicates this near to each other, relative to their range, are ties: a mean summed in another order. */
const TIE = 1e-10;

export function replicatesOf(replicate: () => number, resamples: number): Replicates {
  const drawn = Float64Array.from({ length: resamples }, replicate);
  const sorted = drawn.filter(Number.isFinite).sort();
  const at = (place: number): number => sorted[place] ?? 0;
  const range = at(sorted.length - 1) - at(0);
  return {
    undefinedOnes: drawn.length - sorted.length,
    constant: !(range > TIE * Math.abs(at(0))),
    shareBelow: (value) => {
      let [below, equal] = [0, 0];
      for (const one of sorted)
        if (Math.abs(one - value) <= TIE * range) equal++;
        else if (one < value) below++;
      return (below + equal / 2) / sorted.length;
    },
    quantile: (level, otherwise) => {
      if (sorted.length === 0) return otherwise;
      const place = level * (sorted.length - 1);
      const low = Math.floor(place);
      return at(low) + (place - low) * (at(Math.min(low + 1, sorted.length - 1)) - at(low));
    },
  };
}
