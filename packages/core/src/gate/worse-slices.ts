import type { PairedSample, TableSample } from '../evaluation/index.js';
import { pAdjust } from '../stats/index.js';
import type { Evidence } from './evidence.js';
import type { CriterionId } from './policy.js';
import { pOfGain } from './tests/superiority.js';

/** A slice in which the candidate is worse. */
export interface WorseSlice {
  readonly criterion: CriterionId;
  readonly slice: string;
  /** Holm's, over all slices that were looked at. */
  readonly p: number;
}

/**
 * Slices that got worse, at `alpha` for the claim as a whole: to name one of many is a claim of its own, and the chance that one looks worse grows with their number (Holm
 * 1979). A guardrail needs no such correction, since all of them must hold.
 */
export function worseSlices(evidence: readonly Evidence[], alpha: number): readonly WorseSlice[] {
  const claims = evidence.flatMap(({ id, slice, sample }) =>
    slice === undefined || !isTestable(sample) || sample.n === 0
      ? []
      : [{ criterion: id, slice, p: pOfGain(reversed(sample)) }],
  );
  if (claims.length === 0) return [];
  const { holm } = pAdjust({ pValues: claims.map(({ p }) => p) });
  return claims.map((claim, index) => ({ ...claim, p: holm[index] ?? 1 })).filter(({ p }) => p <= alpha);
}

type Testable = Exclude<PairedSample, TableSample>;

function isTestable(sample: Evidence['sample']): sample is Testable {
  return sample.kind === 'binary' || sample.kind === 'mean' || sample.kind === 'auc';
}

/** With the two models in each other's place. */
function reversed(sample: Testable): Testable {
  switch (sample.kind) {
    case 'binary': {
      const { candidateOnly, baselineOnly, groupWins } = sample;
      const counts = { ...sample, candidateOnly: baselineOnly, baselineOnly: candidateOnly };
      return groupWins === undefined ? counts : { ...counts, groupWins: groupWins.map((wins) => -wins) };
    }
    case 'mean':
      return { ...sample, differences: sample.differences.map((difference) => -difference) };
    case 'auc': {
      const { candidateScores, baselineScores } = sample;
      return { ...sample, candidateScores: baselineScores, baselineScores: candidateScores };
    }
  }
}
