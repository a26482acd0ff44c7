/**
 * P(W <= w) for w = 0 .. n m, of Mann and Whitney's W without ties. By the recurrence of their paper, on whether the
 * largest of all values is an x or a y: only probabilities are added, so that small ones keep their digits. Some n^2
 * m^2 steps.
 */
export function rankSumCdf(n: number, m: number): Float64Array {
  let row: Float64Array[] = Array.from({ length: m + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= n; i++) {
    const next: Float64Array[] = [Float64Array.of(1)];
    for (let j = 1; j <= m; j++) next.push(rankSumMass({ i, j, lastIsX: row[j], lastIsY: next[j - 1] }));
    row = next;
  }
  return cumulated(row[m] ?? Float64Array.of(1));
}

interface RankSumStep {
  readonly i: number;
  readonly j: number;
  /** The distribution for i - 1 and j: the largest value is an x, and exceeds j values of y. */
  readonly lastIsX: Float64Array | undefined;
  /** The distribution for i and j - 1. */
  readonly lastIsY: Float64Array | undefined;
}

function rankSumMass({ i, j, lastIsX, lastIsY }: RankSumStep): Float64Array {
  const mass = new Float64Array(i * j + 1);
  lastIsY?.forEach((probability, w) => (mass[w] = (probability * j) / (i + j)));
  lastIsX?.forEach((probability, w) => (mass[w + j] = (mass[w + j] ?? 0) + (probability * i) / (i + j)));
  return mass;
}

/**
 * P(V <= v) for v = 0 .. n(n+1)/2, of Wilcoxon's signed rank sum V without ties and zeros: each rank counts or does
 * not, with 1/2.
 */
export function signedRankCdf(n: number): Float64Array {
  const mass = new Float64Array((n * (n + 1)) / 2 + 1);
  mass[0] = 1;
  for (let i = 1; i <= n; i++)
    for (let v = (i * (i + 1)) / 2; v >= 0; v--)
      mass[v] = ((mass[v] ?? 0) + (v >= i ? (mass[v - i] ?? 0) : 0)) / 2;
  return cumulated(mass);
}

function cumulated(mass: Float64Array): Float64Array {
  let sum = 0;
  return mass.map((value) => (sum = Math.min(1, sum + value)));
}
