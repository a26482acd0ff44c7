/** How far a mean of examples may be from the truth, groups taken as wholes. */
export interface MeanSpread {
  readonly n: number;
  readonly mean: number;
  /** Of the mean, times n. 0 where all are equal. */
  readonly variance: number;
  /** Independent units less one. */
  readonly df: number;
}

/**
 * Mean and variance of `values`; with groups the variance of the ratio of sums by linearisation (Cochran 1977, section 3): what an example of a
 * group adds is not independent of what the others do.
 */
export function meanSpread(values: Float64Array, groups?: Int32Array): MeanSpread {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const units = groups === undefined ? values.map((value) => value - mean) : sumsOf(values, groups, mean);
  const squares = units.reduce((sum, unit) => sum + unit ** 2, 0);
  const df = units.length - 1;
  const constant = values.every((value) => value === values[0]);
  return { n, mean, variance: constant || df < 1 ? 0 : (squares * (df + 1)) / df / n, df };
}

function sumsOf(values: Float64Array, groups: Int32Array, mean: number): Float64Array {
  const places = new Map<number, number>();
  const sums = new Float64Array(values.length);
  values.forEach((value, index) => {
    const group = groups[index] ?? -1;
    const place = places.get(group) ?? places.size;
    places.set(group, place);
    sums[place] = (sums[place] ?? 0) + value - mean;
  });
  return sums.subarray(0, places.size);
}
