import type { AucSample, MeanSample, PairedSample, TableSample } from '../../evaluation/index.js';
import { delongPaired, mcnemarExact, pairedPermutation } from '../../stats/index.js';
import type { Rates } from '../examples.js';
import { cannotJudge, noScores } from '../finding.js';
import type { Finding, Scores, Undefined } from '../finding.js';
import { meanSpread } from './mean-spread.js';
import { powerByVariance, powerOfGain } from './power-of.js';
import { lowerBoundOfGain, pOfExchange, varianceOfGain } from './table-gain.js';

type Binary = Extract<PairedSample, { kind: 'binary' }>;

/** That the candidate is better: what passes at the level, and what the examples can show. */
export function superiority(sample: PairedSample, rates: Rates, effect: number): Finding | Undefined {
  if (sample.n === 0) return cannotJudge('there is no example to compare on');
  switch (sample.kind) {
    case 'binary':
      return decided(sample, rates, binaryScores(sample), powerOfGain(sample, rates, effect));
    case 'mean': {
      const { variance } = meanSpread(sample.differences, sample.groups);
      return decided(sample, rates, meanScores(sample), powerByVariance(sample, rates, effect, variance));
    }
    case 'auc': {
      const { scores, variance } = areaScores(sample);
      return decided(sample, rates, scores, powerByVariance(sample, rates, effect, variance));
    }
    case 'table': {
      const power = powerByVariance(sample, rates, effect, varianceOfGain(sample));
      const scores = tableScores(sample, rates.alpha);
      const met = scores.bound !== null && scores.bound > 0 && (scores.p ?? 0) <= rates.alpha;
      return { outcome: met ? 'met' : 'missed', n: sample.n, ...power, scores };
    }
  }
}

/** p of superiority alone, for claims about slices and for the control. 1 where nothing differs. */
export function pOfGain(sample: Exclude<PairedSample, TableSample>): number {
  switch (sample.kind) {
    case 'binary':
      return binaryScores(sample).p ?? 1;
    case 'mean':
      return meanScores(sample).p ?? 1;
    case 'auc':
      return areaScores(sample).scores.p ?? 1;
  }
}

function decided(
  { n }: PairedSample,
  { alpha }: Rates,
  scores: Scores,
  power: ReturnType<typeof powerOfGain>,
): Finding {
  const met = scores.p !== null && scores.p <= alpha;
  return { outcome: met ? 'met' : 'missed', n, ...power, scores };
}

/** Exact by McNemar; where examples come in groups, whole groups are flipped. */
function binaryScores({ n, candidateOnly, baselineOnly, bothRight, groupWins }: Binary): Scores {
  const p =
    groupWins === undefined
      ? mcnemarExact({ candidateOnlyCorrect: candidateOnly, baselineOnlyCorrect: baselineOnly })
          .oneSidedGreater
      : pairedPermutation({ differences: Float64Array.from(groupWins) }).greater;
  return {
    ...noScores,
    p,
    candidate: (bothRight + candidateOnly) / n,
    baseline: (bothRight + baselineOnly) / n,
    estimate: (candidateOnly - baselineOnly) / n,
  };
}

/** All differences alike say nothing of how far they scatter: a p of 2^-n would be certainty made of nothing. */
function meanScores({ differences, groups, candidateMean, baselineMean }: MeanSample): Scores {
  const found = pairedPermutation(groups === undefined ? { differences } : { differences, groups });
  const constant = differences.every((difference) => difference === differences[0]);
  return {
    ...noScores,
    p: constant ? 1 : found.greater,
    candidate: candidateMean,
    baseline: baselineMean,
    estimate: found.mean,
  };
}

export function areaScores({ labels, candidateScores, baselineScores }: AucSample): {
  readonly scores: Scores;
  /** Of the difference, times n; 0 where the two order all examples alike. */
  readonly variance: number;
} {
  const found = delongPaired({ labels, scoresA: candidateScores, scoresB: baselineScores });
  const variance =
    found.z === null || found.z === 0 ? found.varA + found.varB - 2 * found.cov : (found.diff / found.z) ** 2;
  return {
    scores: {
      ...noScores,
      p: found.greater,
      candidate: found.aucA,
      baseline: found.aucB,
      estimate: found.diff,
    },
    variance: found.degenerate ? 0 : Math.max(0, variance) * labels.length,
  };
}

function tableScores(sample: TableSample, alpha: number): Scores {
  const { candidate, baseline } = sample;
  const bound = lowerBoundOfGain(sample, alpha);
  const p = pOfExchange(sample, alpha);
  return { candidate, baseline, estimate: candidate - baseline, p, bound };
}
