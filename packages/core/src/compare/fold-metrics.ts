import { compareText } from '../kernel/json.js';

/** One fold of a cross-validation. */
export interface FoldName {
  /** null where it is not repeated. */
  readonly repeat: string | null;
  readonly fold: string;
}

export interface FoldValue extends FoldName {
  readonly value: number;
}

interface ParsedName extends FoldName {
  readonly metric: string;
}

const pattern = /^(?:repeats\.([^.]+)\.)?folds\.([^.]+)\.(.+)$/s;

/** `folds.0.accuracy`, `repeats.4.folds.1.accuracy`; undefined for a metric that is of no fold. */
function parseFoldMetric(name: string): ParsedName | undefined {
  const [, repeat = null, fold, metric] = pattern.exec(name) ?? [];
  return fold === undefined || metric === undefined ? undefined : { repeat, fold, metric };
}

export function isFoldMetric(name: string): boolean {
  return parseFoldMetric(name) !== undefined;
}

/** The metrics that a run has by folds. */
export function foldMetricNames(metrics: Readonly<Record<string, number>>): readonly string[] {
  return [...new Set(Object.keys(metrics).flatMap((name) => parseFoldMetric(name)?.metric ?? []))];
}

/** A metric's values fold by fold, in the order of repeats and folds; `2` stands before `10`. */
export function foldsOf(metrics: Readonly<Record<string, number>>, metric: string): readonly FoldValue[] {
  return Object.entries(metrics)
    .flatMap(([name, value]) => {
      const parsed = parseFoldMetric(name);
      return parsed?.metric === metric ? [{ repeat: parsed.repeat, fold: parsed.fold, value }] : [];
    })
    .sort((a, b) => compareNames(a.repeat ?? '', b.repeat ?? '') || compareNames(a.fold, b.fold));
}

export function foldId({ repeat, fold }: FoldName): string {
  return repeat === null ? fold : `${repeat}/${fold}`;
}

function compareNames(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) || difference === 0 ? compareText(a, b) : difference;
}
