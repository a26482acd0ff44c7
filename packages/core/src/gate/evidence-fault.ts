import type { BinarySample, Sample } from '../evaluation/index.js';

/**
 * Why a sample cannot be judged; undefined where it can. A number that is none compares as neither larger nor smaller, and would be let through by one
 * comparison or the other.
 */
export function evidenceFault(sample: Sample): string | undefined {
  switch (sample.kind) {
    case 'binary':
      return binaryFault(sample);
    case 'mean':
      return firstNotFinite('difference', sample.differences);
    case 'auc':
      return (
        firstNotFinite('score', sample.candidateScores) ?? firstNotFinite('score', sample.baselineScores)
      );
    case 'table':
      return firstNotFinite('value', [sample.candidate, sample.baseline, sample.gain(sample.counts)]);
    case 'proportion':
      return proportionFault(sample);
    case 'level':
      return firstNotFinite('value', sample.values);
    case 'value':
      return firstNotFinite('value', [sample.candidate, sample.baseline ?? 0]);
  }
}

function binaryFault({
  n,
  candidateOnly,
  baselineOnly,
  bothRight,
  groupWins,
}: BinarySample): string | undefined {
  const counts = [n, candidateOnly, baselineOnly, bothRight];
  if (!counts.every(isCount) || candidateOnly + baselineOnly + bothRight > n)
    return `the counts ${counts.join(', ')} do not fit together`;
  if (groupWins === undefined) return undefined;
  const wins = groupWins.reduce((sum, won) => sum + won, 0);
  return wins === candidateOnly - baselineOnly
    ? undefined
    : `the groups win ${String(wins)} examples, and all together ${String(candidateOnly - baselineOnly)}`;
}

function proportionFault({
  successes,
  n,
}: {
  readonly successes: number;
  readonly n: number;
}): string | undefined {
  const fits = isCount(n) && isCount(successes) && successes <= n;
  return fits ? undefined : `${String(successes)} of ${String(n)} is no proportion`;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function firstNotFinite(what: string, values: Float64Array | readonly number[]): string | undefined {
  const index = values.findIndex((value) => !Number.isFinite(value));
  return index < 0 ? undefined : `${what} ${String(index)} is ${String(values[index])}`;
}
