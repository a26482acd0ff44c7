import { mean, sampleStandardDeviation } from 'simple-statistics';

/** One metric over the runs of a step that differ by seed only. */
export interface MetricSummary {
  readonly mean: number;
  /**
   * Sample standard deviation (divisor n - 1). null for a single run, which tells nothing of the spread, and where
   * it is beyond the largest number.
   */
  readonly std: number | null;
  /** Runs that reported the metric. */
  readonly n: number;
}

/** @param values finite, at least one. */
export function summarise(values: readonly number[]): MetricSummary {
  const scale = powerOfTwo(Math.max(...values.map((value) => Math.abs(value))));
  const scaled = values.map((value) => value / scale);
  const std = values.length > 1 ? sampleStandardDeviation(scaled) * scale : null;
  return { mean: mean(scaled) * scale, std: Number.isFinite(std) ? std : null, n: values.length };
}

/** Dividing by a power of two changes no digit, and keeps sums and squares of extreme values within range. */
function powerOfTwo(largest: number): number {
  return largest === 0 ? 1 : 2 ** Math.min(Math.floor(Math.log2(largest)), 1023);
}

/** The summary of each metric that any run reports. */
export function summariseRuns(
  runs: readonly { readonly metrics: Readonly<Record<string, number>> }[],
): Readonly<Record<string, MetricSummary>> {
  const names = new Set(runs.flatMap((run) => Object.keys(run.metrics)));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = runs.flatMap(({ metrics }) =>
        Object.hasOwn(metrics, name) ? (metrics[name] ?? []) : [],
      );
      return [name, summarise(values)];
    }),
  );
}
