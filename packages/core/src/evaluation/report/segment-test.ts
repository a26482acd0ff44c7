import { studentCdf } from '../../stats/distributions.js';
import { hypergeometricUpperTail } from '../../stats/index.js';
import type { Badness } from './badness.js';

/** Is a segment worse than the rest? Numbers are places in the list of rows that was searched. */
export interface SegmentTest {
  readonly inside: number;
  readonly outside: number;
  /** One-sided: as much worse by chance. */
  readonly p: number;
}

/** Fewer groups tell too little of how groups differ. */
const fewestGroups = 10;

/**
 * Compares a segment with others: by Fisher's exact test where answers are right or wrong; by Welch's t test (1947) for losses; and by a t test over
 * groups where examples belong together.
 *
 * @returns undefined where there is too little to tell.
 */
export function segmentTest(
  { values, isError }: Badness,
  groups: Int32Array | undefined,
  inside: Int32Array,
  outside: Int32Array,
): SegmentTest | undefined {
  const [a, b] = [momentsAt(values, inside), momentsAt(values, outside)];
  const means = { inside: a.mean, outside: b.mean };
  if (groups !== undefined) {
    const p = groupsTest({ values, groups }, { inside, outside, a, b });
    return p === undefined ? undefined : { ...means, p };
  }
  if (isError) {
    const [wrong, others] = [Math.round(a.mean * a.n), Math.round(b.mean * b.n)];
    const p = hypergeometricUpperTail({
      k: wrong,
      population: a.n + b.n,
      marked: wrong + others,
      draws: a.n,
    });
    return { ...means, p };
  }
  const [va, vb] = [a.variance / a.n, b.variance / b.n];
  if (!(va + vb > 0)) return undefined;
  const df = (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1));
  return { ...means, p: studentCdf((b.mean - a.mean) / Math.sqrt(va + vb), df) };
}

interface MomentsAt {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

function momentsAt(values: Float64Array, places: Int32Array): MomentsAt {
  const n = places.length;
  let [sum, squares] = [0, 0];
  for (const place of places) sum += values[place] ?? NaN;
  const mean = sum / n;
  for (const place of places) squares += ((values[place] ?? NaN) - mean) ** 2;
  return { n, mean, variance: squares / (n - 1) };
}

interface Parts {
  readonly inside: Int32Array;
  readonly outside: Int32Array;
  readonly a: MomentsAt;
  readonly b: MomentsAt;
}

/** What each group adds to the difference of the two means varies from group to group; a group may lie on both sides. */
function groupsTest(
  { values, groups }: { readonly values: Float64Array; readonly groups: Int32Array },
  { inside, outside, a, b }: Parts,
): number | undefined {
  const sums = new Map<number, number>();
  const addAll = (places: Int32Array, { mean, n }: MomentsAt, sign: number): number => {
    const seen = new Set<number>();
    for (const place of places) {
      const group = groups[place] ?? -1;
      seen.add(group);
      sums.set(group, (sums.get(group) ?? 0) + (sign * ((values[place] ?? NaN) - mean)) / n);
    }
    return seen.size;
  };
  const fewest = Math.min(addAll(inside, a, 1), addAll(outside, b, -1));
  if (fewest < fewestGroups) return undefined;
  let squares = 0;
  for (const sum of sums.values()) squares += sum * sum;
  const variance = (squares * sums.size) / (sums.size - 1);
  return variance > 0 ? studentCdf((b.mean - a.mean) / Math.sqrt(variance), fewest - 1) : undefined;
}
