import { seededRng } from '../../kernel/rng.js';
import { bcaInterval, delongPaired, wilson } from '../../stats/index.js';
import { studentQuantile } from '../../stats/distributions.js';
import { influences, valueOf } from '../level.js';
import { addTo, emptyConfusion, ratioOf } from '../measures/class-ratios.js';
import type { AucTerms, RatioTerms, Terms } from '../measures/measure.js';

/** How an interval was made; docs/guides/evaluation.md tells each in a sentence. */
type IntervalMethod = 'wilson' | 'bca' | 'delong' | 't' | 'groups';

export interface ReportInterval {
  readonly lower: number;
  readonly upper: number;
  readonly method: IntervalMethod;
}

/** Of all intervals. */
const confidence = 0.95;
/** Up to here the bootstrap is worth its time; beyond, Student's interval says the same. */
const mostResampled = 2000;
const resamples = 2000;
/** Any would do; it never changes, so that equal predictions give equal bytes. */
const seed = 20_261_127;

export interface IntervalOptions {
  /** The group of each value, where examples belong together. */
  readonly groups?: Int32Array | undefined;
  /** The bootstrap may be used. */
  readonly resample: boolean;
}

/** A 95% interval for a measure; undefined where nothing is known of its spread, or it leaves the range of a double. */
export function intervalOf(terms: Terms, options: IntervalOptions): ReportInterval | undefined {
  const interval = anyIntervalOf(terms, options);
  return Number.isFinite(interval?.lower) && Number.isFinite(interval?.upper) ? interval : undefined;
}

function anyIntervalOf(terms: Terms, { groups, resample }: IntervalOptions): ReportInterval | undefined {
  if (terms.kind === 'value') return undefined;
  if (groups !== undefined) return ofGroups(influences(terms), groups);
  if (terms.kind === 'proportion') {
    const n = terms.right.length;
    const successes = terms.right.reduce((sum, right) => sum + right, 0);
    return n === 0 ? undefined : { ...wilson({ successes, n, confidence }), method: 'wilson' };
  }
  if (terms.kind === 'auc') return ofArea(terms);
  return (resample ? resampled(terms) : undefined) ?? ofMean(influences(terms));
}

function ofArea({ labels, scores }: AucTerms): ReportInterval | undefined {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives < 2 || labels.length - positives < 2) return undefined;
  const { aucA, varA } = delongPaired({ labels, scoresA: scores, scoresB: scores });
  const half = -studentQuantile((1 - confidence) / 2, labels.length - 1) * Math.sqrt(varA);
  return varA > 0
    ? { lower: Math.max(0, aucA - half), upper: Math.min(1, aucA + half), method: 'delong' }
    : undefined;
}

/** Of plain means and of what follows from counts; of the others the bootstrap would need their code, and bends no less. */
function resampled(
  terms: Exclude<Terms, { kind: 'value' | 'proportion' | 'auc' }>,
): ReportInterval | undefined {
  const n = terms.kind === 'table' ? terms.label.length : terms.values.length;
  const isPlain = terms.kind === 'table' || terms.squares === undefined;
  if (n < 2 || n > mostResampled || !isPlain) return undefined;
  const common = { confidence, resamples, rng: seededRng(seed) };
  const { lower, upper, degenerate } =
    terms.kind === 'table'
      ? bcaInterval({ ...cellsOf(terms), ...common })
      : bcaInterval({ values: terms.values, ...common });
  return degenerate ? undefined : { lower, upper, method: 'bca' };
}

/** Pairs of label and answer with their counts. */
function cellsOf({ label, prediction, keys, ratio }: RatioTerms) {
  const indexes = new Map<number, number>();
  const cells: { label: number; answer: number; times: number }[] = [];
  label.forEach((code, index) => {
    const answer = prediction[index] ?? -1;
    const key = code * keys.length + answer;
    const known = cells[indexes.get(key) ?? -1];
    if (known === undefined) indexes.set(key, cells.push({ label: code, answer, times: 1 }) - 1);
    else known.times += 1;
  });
  const statistic = (counts: Float64Array): number => {
    const confusion = emptyConfusion(keys.length);
    cells.forEach((cell, index) => {
      addTo(confusion, { ...cell, times: counts[index] ?? 0 });
    });
    return ratioOf(confusion, { keys, ratio });
  };
  return { counts: Float64Array.from(cells, ({ times }) => times), statistic };
}

function ofMean(values: Float64Array): ReportInterval | undefined {
  return spread(values, 't');
}

/** Groups are drawn, not examples: what a group adds as a whole is what varies. */
function ofGroups(values: Float64Array, groups: Int32Array): ReportInterval | undefined {
  const mean = meanOf(values);
  const sums = new Float64Array(groups.reduce((most, group) => Math.max(most, group), -1) + 1);
  values.forEach((value, index) => {
    const group = groups[index] ?? -1;
    sums[group] = (sums[group] ?? 0) + value - mean;
  });
  const perGroup = sums.map((sum) => mean + (sum * sums.length) / values.length);
  return spread(perGroup, 'groups');
}

function spread(values: Float64Array, method: IntervalMethod): ReportInterval | undefined {
  const n = values.length;
  if (n < 2) return undefined;
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  if (!(variance > 0)) return undefined;
  const half = -studentQuantile((1 - confidence) / 2, n - 1) * Math.sqrt(variance / n);
  return { lower: mean - half, upper: mean + half, method };
}

function meanOf(values: Float64Array): number {
  return valueOf({ kind: 'mean', values });
}
