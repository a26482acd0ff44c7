import type { AucSample, BinarySample, MeanSample, Sample, TableSample } from '../evaluation/index.js';

/**
 * Why a sample cannot be judged; undefined where it can. A number that is none compares as neither larger nor smaller, and would be let through by one
 * comparison or the other.
 */
export function evidenceFault(sample: Sample): string | undefined {
  switch (sample.kind) {
    case 'binary':
      return binaryFault(sample);
    case 'mean':
      return meanFault(sample);
    case 'auc':
      return aucFault(sample);
    case 'table':
      return tableFault(sample);
    case 'proportion':
      return proportionFault(sample);
    case 'level':
      return groupsFault(sample.values.length, sample.groups) ?? firstNotFinite('value', sample.values);
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

function meanFault({ n, differences, groups }: MeanSample): string | undefined {
  return (
    otherLength({ n }, differences) ?? groupsFault(n, groups) ?? firstNotFinite('difference', differences)
  );
}

function groupsFault(n: number, groups: Int32Array | undefined): string | undefined {
  return groups === undefined || groups.length === n
    ? undefined
    : `the groups of ${String(groups.length)} of ${String(n)} examples are told`;
}

function aucFault({ n, candidateScores, baselineScores, labels }: AucSample): string | undefined {
  const lists = [labels, candidateScores, baselineScores];
  return (
    lists.map((list) => otherLength({ n }, list)).find((fault) => fault !== undefined) ??
    firstNotFinite('score', candidateScores) ??
    firstNotFinite('score', baselineScores)
  );
}

function tableFault({ n, counts, candidate, baseline, gain }: TableSample): string | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!isCount(n) || total !== n || !counts.every(isCount))
    return `the counts sum to ${String(total)}, and there are ${String(n)} examples`;
  return n === 0 ? undefined : firstNotFinite('value', [candidate, baseline, gain(counts)]);
}

function otherLength({ n }: { readonly n: number }, list: { readonly length: number }): string | undefined {
  return list.length === n ? undefined : `there are ${String(list.length)} values of ${String(n)} examples`;
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
