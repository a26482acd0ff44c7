import type { Measured } from '@nx-ml/core/evaluation';
import { shortDigest } from '@nx-ml/core/kernel';
import { costOf } from '@nx-ml/core/savings';
import type { Prices, Spent } from '@nx-ml/core/savings';
import type { MeasureMove, SliceMove } from '@nx-ml/core/report';
import type { ModelReport, ToldBase } from '@nx-ml/core/usecases/report';

import { stateWords } from './gate-words.js';
import { durationText, numberText, signedText } from './quantities.js';

/** Words that a report on models is made of. */

export const stateText: Readonly<Record<ModelReport['state'], string>> = {
  changed: 'changed',
  new: 'new',
  same: 'unchanged',
  unmade: 'not trained as it is',
  broken: 'broken',
};

/** `0.912 [0.897, 0.925]`. */
export function measuredText(measured: Measured | undefined): string {
  if (measured === undefined) return '–';
  const { value, interval, unit } = measured;
  const range = interval === null ? '' : ` [${shortText(interval.lower)}, ${shortText(interval.upper)}]`;
  return `${shortText(value)}${unit === undefined ? '' : ` ${unit}`}${range}`;
}

/** `+0.012 [−0.002, +0.026]`, in the measure's own direction. */
export function differenceText({ difference, better }: Pick<MeasureMove, 'difference' | 'better'>): string {
  if (difference === undefined) return '';
  const sign = better === 'higher' ? 1 : -1;
  const [a, b] = [sign * difference.lower, sign * difference.upper];
  const [lower, upper] = [Math.min(a, b), Math.max(a, b)];
  return `${shortSigned(sign * difference.gain)} [${shortSigned(lower)}, ${shortSigned(upper)}]`;
}

/** `better` and `worse` where the interval leaves out 0. */
export function directionText(difference: MeasureMove['difference']): string {
  if (difference === undefined) return '';
  if (difference.lower > 0) return 'better';
  return difference.upper < 0 ? 'worse' : 'within chance';
}

export function sliceText({ difference, moved }: SliceMove): string {
  if (!moved) return 'within chance';
  return difference.gain > 0 ? 'better' : 'worse';
}

/** `Beside the accepted model 4f1c2ab0 of 2026-11-20 (main@8d02ab1)`. */
export function baseText(base: ToldBase): string {
  const { found } = base;
  const model = shortDigest(base.model).slice(0, 8);
  if (found.by === 'commit')
    return `Beside model ${model} of ${found.revision}${found.exact ? '' : ', the nearest whose runs are known here'}.`;
  const at = found.revision?.commit.slice(0, 7);
  const where = at === undefined ? '' : ` (${found.revision?.branch ?? 'commit'}@${at})`;
  const how = found.because === 'override' ? ', let through without a pass' : '';
  return `Beside the accepted model ${model} of ${found.at.slice(0, 10)}${where}${how}.`;
}

export function gateText({ policy, verdict }: Pick<ModelReport, 'policy' | 'verdict'>): string {
  if (policy === undefined) return '';
  return verdict === undefined ? 'not judged' : stateWords[verdict.state];
}

/** `3 h 12 m (0.4 GPU-hours, 1.20 EUR)`. */
export function spentText(spent: Spent, prices: Prices | undefined): string {
  const cost = costOf(spent, prices);
  const facts = [
    ...(spent.gpuMs === 0 ? [] : [`${gpuHoursText(spent.gpuMs)} GPU-hours`]),
    ...(cost === undefined ? [] : [amountText(cost, prices)]),
  ];
  return `${durationText(spent.ms)}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
}

export function gpuHoursText(gpuMs: number): string {
  const hours = gpuMs / 3_600_000;
  return hours >= 0.1 ? hours.toFixed(1) : String(Number(hours.toPrecision(1)));
}

/** `1.20 EUR`. */
export function amountText(amount: number, prices: Prices | undefined): string {
  const text = amount >= 0.01 || amount === 0 ? amount.toFixed(2) : 'below 0.01';
  return prices?.currency === undefined ? text : `${text} ${prices.currency}`;
}

/** Three digits: an interval is as wide as that at least. */
export function shortText(value: number): string {
  return numberText(Number(value.toPrecision(3))).replace('-', '−');
}

function shortSigned(value: number): string {
  return value === 0 ? '0' : signedText(Number(value.toPrecision(2)));
}
