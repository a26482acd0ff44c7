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

/** What is searched, and of all of it what each test needs. */
export interface Searched {
  readonly badness: Badness;
  readonly groups: Int32Array | undefined;
  readonly total: Sums;
}

/** Of values less the mean of all, so that squares lose no digits. */
interface Sums {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
  /** That was taken from each value. */
  readonly centre: number;
}

export function searchedOf(badness: Badness, groups: Int32Array | undefined): Searched {
  const { values } = badness;
  let sum = 0;
  for (const value of values) sum += value;
  const centre = sum / values.length;
  let [rest, squares] = [0, 0];
  for (const value of values) {
    rest += value - centre;
    squares += (value - centre) ** 2;
  }
  return { badness, groups, total: { n: values.length, sum: rest, squares, centre } };
}

/**
 * Compares a segment with others: by Fisher's exact test where answers are right or wrong; by Welch's t test (1947) for losses; and by a t test over
 * groups where examples belong together.
 *
 * @param outside what it is compared with: all others when undefined.
 * @returns undefined where there is too little to tell.
 */
export function segmentTest(
  searched: Searched,
  inside: Int32Array,
  outside?: Int32Array,
): SegmentTest | undefined {
  const { badness, groups, total } = searched;
  const a = sumsAt(badness.values, inside, total.centre);
  const b = outside === undefined ? without(total, a) : sumsAt(badness.values, outside, total.centre);
  const means = { inside: meanOf(a), outside: meanOf(b) };
  const p = groups === undefined ? exampleTest(badness, a, b) : groupsTest(searched, inside, outside, means);
  // Sums of extreme losses leave the range of a double, and then tell nothing.
  return p === undefined || Number.isNaN(p + means.inside + means.outside) ? undefined : { ...means, p };
}

function sumsAt(values: Float64Array, places: Int32Array, centre: number): Sums {
  let [sum, squares] = [0, 0];
  for (const place of places) {
    const value = (values[place] ?? NaN) - centre;
    sum += value;
    squares += value * value;
  }
  return { n: places.length, sum, squares, centre };
}

function without(all: Sums, part: Sums): Sums {
  return {
    n: all.n - part.n,
    sum: all.sum - part.sum,
    squares: Math.max(0, all.squares - part.squares),
    centre: all.centre,
  };
}

const meanOf = ({ n, sum, centre }: Sums): number => centre + sum / n;
const varianceOf = ({ n, sum, squares }: Sums): number => Math.max(0, squares - (sum * sum) / n) / (n - 1);

function exampleTest({ isError }: Badness, a: Sums, b: Sums): number | undefined {
  if (isError) {
    const [wrong, others] = [Math.round(meanOf(a) * a.n), Math.round(meanOf(b) * b.n)];
    return hypergeometricUpperTail({ k: wrong, population: a.n + b.n, marked: wrong + others, draws: a.n });
  }
  const [va, vb] = [varianceOf(a) / a.n, varianceOf(b) / b.n];
  if (!(va + vb > 0)) return undefined;
  const df = (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1));
  return studentCdf((meanOf(b) - meanOf(a)) / Math.sqrt(va + vb), df);
}

/** What each group adds to the difference of the two means varies from group to group; a group may lie on both sides. */
function groupsTest(
  { badness, groups = new Int32Array(0) }: Searched,
  inside: Int32Array,
  outside: Int32Array | undefined,
  means: { readonly inside: number; readonly outside: number },
): number | undefined {
  const others = outside ?? othersThan(inside, groups.length);
  const sums = new Map<number, number>();
  const addAll = (places: Int32Array, mean: number, sign: number): number => {
    const seen = new Set<number>();
    for (const place of places) {
      const group = groups[place] ?? -1;
      const pull = (sign * ((badness.values[place] ?? NaN) - mean)) / places.length;
      seen.add(group);
      sums.set(group, (sums.get(group) ?? 0) + pull);
    }
    return seen.size;
  };
  const fewest = Math.min(addAll(inside, means.inside, 1), addAll(others, means.outside, -1));
  if (fewest < fewestGroups) return undefined;
  let squares = 0;
  for (const sum of sums.values()) squares += sum * sum;
  const variance = (squares * sums.size) / (sums.size - 1);
  return variance > 0
    ? studentCdf((means.outside - means.inside) / Math.sqrt(variance), fewest - 1)
    : undefined;
}

/** The places that are not among these, which rise. */
function othersThan(places: Int32Array, n: number): Int32Array {
  const others = new Int32Array(n - places.length);
  let [next, count] = [0, 0];
  for (let place = 0; place < n; place++) {
    if (places[next] === place) next += 1;
    else others[count++] = place;
  }
  return others;
}
