import type { PairedSample, TableSample } from '../../evaluation/index.js';
import { nonInferiorityMean, tangoNonInferiority } from '../../stats/index.js';
import { normalCdf } from '../../stats/distributions.js';
import { examplesWithoutDifference } from '../examples.js';
import type { Rates } from '../examples.js';
import { cannotJudge, noScores } from '../finding.js';
import type { Finding, Scores, Undefined } from '../finding.js';
import { meanSpread } from './mean-spread.js';
import { powerByVariance, powerOfMargin } from './power-of.js';
import type { Power } from './power-of.js';
import { areaScores } from './superiority.js';
import { lowerBoundOfGain, varianceOfGain } from './table-gain.js';

type Binary = Extract<PairedSample, { kind: 'binary' }>;

/** That the candidate is not worse by the margin. */
export function nonInferiority(sample: PairedSample, rates: Rates, margin: number): Finding | Undefined {
  if (sample.n === 0) return cannotJudge('there is no example to compare on');
  switch (sample.kind) {
    case 'binary': {
      const power = powerOfMargin(sample, rates, margin);
      return decided(sample, rates, { margin, power, scores: binaryScores(sample, margin) });
    }
    case 'mean': {
      const { variance } = meanSpread(sample.differences, sample.groups);
      const power = powerByVariance(sample, rates, margin, variance);
      return decided(sample, rates, { margin, power, scores: meanScores(sample, margin) });
    }
    case 'auc': {
      const { scores, variance } = areaScores(sample);
      const p = normalCdf(-((scores.estimate ?? 0) + margin) / Math.sqrt(variance / sample.n));
      const power = powerByVariance(sample, rates, margin, variance);
      return decided(sample, rates, { margin, power, scores: { ...scores, p: variance > 0 ? p : null } });
    }
    case 'table':
      return tableFinding(sample, rates, margin);
  }
}

interface Decided {
  readonly margin: number;
  readonly power: Power;
  /** p null: there is no spread to test by. */
  readonly scores: Scores;
}

/**
 * Two rules beside the p. Without any difference between the two there is nothing to test, and only the number of examples says that there
 * would have been one; and the same number is asked of any slice, however well it looks: an approximation is not trusted with fewer.
 */
function decided({ n }: PairedSample, { alpha }: Rates, { margin, power, scores }: Decided): Finding {
  const enough = n >= examplesWithoutDifference(alpha, Math.min(margin, largestShare));
  const shown = scores.p === null ? scores.estimate === 0 : scores.p <= alpha;
  return {
    outcome: enough && shown ? 'met' : 'missed',
    n,
    ...power,
    canShow: power.canShow && enough,
    scores,
  };
}

/** Of a measure with a unit of its own the margin is no share; some examples are needed all the same. */
const largestShare = 0.25;

function binaryScores(sample: Binary, margin: number): Scores {
  const { n, candidateOnly, baselineOnly, bothRight, groupWins } = sample;
  const counts = { n, candidateOnlyCorrect: candidateOnly, baselineOnlyCorrect: baselineOnly };
  return {
    ...noScores,
    p:
      groupWins === undefined
        ? tangoNonInferiority({ ...counts, margin }).p
        : pOfGroups(groupWins, { n, margin, largestGroup: sample.largestGroup }),
    candidate: (bothRight + candidateOnly) / n,
    baseline: (bothRight + baselineOnly) / n,
    estimate: (candidateOnly - baselineOnly) / n,
  };
}

interface GroupsOf {
  readonly n: number;
  readonly margin: number;
  readonly largestGroup: number | undefined;
}

/** Groups count alike: the mean of their net wins, in shares of all examples. */
function pOfGroups(groupWins: Int32Array, { n, margin, largestGroup }: GroupsOf): number | null {
  const scale = groupWins.length / n;
  const differences = Float64Array.from(groupWins, (wins) => wins * scale);
  return pOfMean(
    { differences, worst: largestGroup === undefined ? undefined : -largestGroup * scale },
    margin,
  );
}

function meanScores(
  { differences, groups, candidateMean, baselineMean, worst }: Extract<PairedSample, { kind: 'mean' }>,
  margin: number,
): Scores {
  return {
    ...noScores,
    p: pOfMean({ differences, groups, worst }, margin),
    candidate: candidateMean,
    baseline: baselineMean,
    estimate: candidateMean === baselineMean ? 0 : meanSpread(differences).mean,
  };
}

interface Differences {
  readonly differences: Float64Array;
  readonly groups?: Int32Array | undefined;
  readonly worst?: number | undefined;
}

/** @returns null where nothing spreads, so that there is nothing to test by. */
function pOfMean({ differences, groups, worst }: Differences, margin: number): number | null {
  if (differences.length < 2) return 1;
  const found = nonInferiorityMean({
    differences,
    margin,
    ...(groups === undefined ? {} : { groups }),
    ...(worst !== undefined && worst < -margin ? { worst } : {}),
  });
  return found.degenerate ? null : found.p;
}

function tableFinding(sample: TableSample, rates: Rates, margin: number): Finding {
  const { n, candidate, baseline } = sample;
  const bound = lowerBoundOfGain(sample, rates.alpha);
  const power = powerByVariance(sample, rates, margin, varianceOfGain(sample));
  const scores = { ...noScores, candidate, baseline, estimate: candidate - baseline, bound };
  const alike = bound === null && candidate === baseline && sample.disagreement.share === 0;
  const enough = n >= examplesWithoutDifference(rates.alpha, Math.min(margin, largestShare));
  const shown = alike || (bound !== null && bound > -margin);
  return {
    outcome: enough && shown ? 'met' : 'missed',
    n,
    ...power,
    canShow: power.canShow && enough,
    scores,
  };
}
