import { natureOf } from '@nx-ml/core/gate';
import type { Verdict } from '@nx-ml/core/gate';

import { groupedText, numberText, sizeText } from './quantities.js';

/** How what the gate measures reads. */

/** `2 points`, `0.5 points`, `1 point`; of a metric with a unit of its own the number as it is. */
export function effectText(metric: string, effect: number): string {
  if (metric === 'size') return sizeText(effect);
  if (natureOf(metric)?.share !== true) return numberText(effect);
  const points = pointsText(effect);
  return `${points} ${points === '1' ? 'point' : 'points'}`;
}

/** To a hundredth of a point, or to two digits of what is smaller. */
function pointsText(share: number): string {
  const points = share * 100;
  return String(Math.abs(points) >= 0.1 ? Number(points.toFixed(2)) : Number(points.toPrecision(2)));
}

/** Up to a tenth of a point, or to two digits: to be written into ml.yaml. */
export function enoughEffect(metric: string, smallest: number): number {
  const unit =
    natureOf(metric)?.share === true && smallest >= 0.001
      ? 0.001
      : 10 ** (Math.floor(Math.log10(smallest)) - 1);
  return Number((Math.ceil(Number((smallest / unit).toPrecision(10))) * unit).toPrecision(10));
}

export function valueText(metric: string, value: number): string {
  if (metric === 'size') return sizeText(value);
  if (metric.startsWith('latency.')) return `${numberText(value)} ms`;
  return numberText(value);
}

/** Up to two digits, as nobody labels 6,853 examples: `6,900`. */
export function examplesText(n: number): string {
  return groupedText(enoughExamples(n));
}

export function enoughExamples(n: number): number {
  const unit = Math.max(1, 10 ** (Math.floor(Math.log10(Math.max(1, n))) - 1));
  return Math.ceil(Number((n / unit).toPrecision(12))) * unit;
}

export function percentText(share: number): string {
  return `${String(Number((share * 100).toPrecision(3)))}%`;
}

/** `alpha 0.0005`. */
export function levelText(alpha: number): string {
  return String(Number(alpha.toPrecision(3)));
}

export const stateWords: Readonly<Record<Verdict['state'], string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
  invalid: 'INVALID',
};
