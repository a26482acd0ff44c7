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

/** What a run has by folds: each metric's values in the order of repeats and folds; `2` stands before `10`. */
export function foldsByMetric(
  metrics: Readonly<Record<string, number>>,
): ReadonlyMap<string, readonly FoldValue[]> {
  const found = new Map<string, FoldValue[]>();
  for (const [name, value] of Object.entries(metrics)) {
    const { metric, repeat, fold } = parseFoldMetric(name) ?? {};
    if (metric === undefined || repeat === undefined || fold === undefined) continue;
    const values = found.get(metric) ?? [];
    values.push({ repeat, fold, value });
    found.set(metric, values);
  }
  for (const values of found.values())
    values.sort((a, b) => compareNames(a.repeat ?? '', b.repeat ?? '') || compareNames(a.fold, b.fold));
  return found;
}

export function foldId({ repeat, fold }: FoldName): string {
  return repeat === null ? fold : `${repeat}/${fold}`;
}

/** Numbers by value, before everything else: one order for all names, in whatever order they come, since folds are paired by their place. */
function compareNames(a: string, b: string): number {
  const [numberA, numberB] = [numberIn(a), numberIn(b)];
  if (Number.isNaN(numberA) || Number.isNaN(numberB))
    return Number(Number.isNaN(numberA)) - Number(Number.isNaN(numberB)) || compareText(a, b);
  return numberA - numberB || compareText(a, b);
}

/** NaN for a name that is none. */
function numberIn(name: string): number {
  return /^\d+$/.test(name) ? Number(name) : NaN;
}
