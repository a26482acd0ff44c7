import { isNone } from '../evaluation.js';
import type { Evaluation } from '../evaluation.js';
import type { Rows } from '../examples.js';
import { groupsOf, valueOf } from '../level.js';
import type { Measure, Terms } from '../measures/measure.js';
import { intervalOf } from './interval.js';
import type { ReportInterval } from './interval.js';

/** A measure over some rows, as it is reported. */
export interface Measured {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  readonly unit?: string | undefined;
  readonly value: number;
  /** 95%; null where nothing is known of the spread, or nothing is drawn at random. */
  readonly interval: ReportInterval | null;
  /** Examples, or queries. */
  readonly n: number;
}

/** @returns undefined where the measure is not defined for these rows. */
export function measuredOf(
  measure: Measure,
  evaluation: Evaluation,
  rows: Rows,
  { resample }: { readonly resample: boolean },
): Measured | undefined {
  const terms = measure.terms(evaluation, rows);
  if (isNone(terms)) return undefined;
  const isUnits = terms.kind === 'mean' && terms.units !== undefined;
  const value = valueOf(terms);
  if (!Number.isFinite(value)) return undefined;
  const groups = isUnits ? undefined : groupsOf(evaluation, rows);
  const interval = intervalOf(terms, { groups, resample });
  return {
    name: measure.name,
    better: measure.better,
    ...(measure.unit === undefined ? {} : { unit: measure.unit }),
    value: rounded(value),
    interval: interval === undefined ? null : roundedInterval(interval, measure),
    n: countOf(terms) ?? rows.length,
  };
}

function roundedInterval({ lower, upper, method }: ReportInterval, { share }: Measure): ReportInterval {
  const within = (bound: number): number => (share === true ? Math.min(1, Math.max(0, bound)) : bound);
  return { lower: rounded(within(lower)), upper: rounded(within(upper)), method };
}

function countOf(terms: Terms): number | undefined {
  return terms.kind === 'mean' ? terms.values.length : undefined;
}

/** Twelve digits: the last ones differ between processors, and equal predictions shall give equal bytes. */
export function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
