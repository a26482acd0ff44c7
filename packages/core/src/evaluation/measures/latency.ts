import { none } from '../evaluation.js';
import type { Measure } from './measure.js';
import { numbersOf } from './rows.js';

/**
 * latency.pQ: the Q-th percentile of `latency`, in milliseconds, linear between neighbours (type 7 of Hyndman and Fan 1996). It is
 * compared as it is: what one machine measured once says nothing of another.
 */
export function latency(percent: number): Measure {
  return {
    name: `latency.p${String(percent)}`,
    better: 'lower',
    kind: 'value',
    unit: 'ms',
    terms: ({ examples }, rows) => {
      const values = numbersOf(examples.latency, rows);
      if (values === undefined || values.length === 0) return none('it needs `latency` of every example');
      return { kind: 'value', value: percentile(values.sort(), percent) };
    },
  };
}

/** throughput: `1000 / mean latency`, examples a second, one after the other. */
export const throughput: Measure = {
  name: 'throughput',
  better: 'higher',
  kind: 'value',
  unit: 'examples/s',
  terms: ({ examples }, rows) => {
    const values = numbersOf(examples.latency, rows);
    const sum = values?.reduce((total, value) => total + value, 0) ?? 0;
    const value = (1000 * (values?.length ?? 0)) / sum;
    if (!Number.isFinite(value)) return none('it needs `latency` above 0 of every example');
    return { kind: 'value', value };
  },
};

function percentile(sorted: Float64Array, percent: number): number {
  const place = ((sorted.length - 1) * percent) / 100;
  const [below, above] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return below + (above - below) * (place - Math.floor(place));
}
