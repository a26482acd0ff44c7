import type { PairedSample } from '../../evaluation/index.js';
import { mcnemarMde } from '../../stats/index.js';
import { coarse, examplesForGain, examplesForMargin, examplesForMean, marginShown } from '../examples.js';
import type { Rates } from '../examples.js';
import type { Finding } from '../finding.js';

export type Power = Pick<Finding, 'canShow' | 'disagreement' | 'smallest' | 'requiredN'>;

type Binary = Extract<PairedSample, { kind: 'binary' }>;

const nothing = { canShow: false, smallest: null, requiredN: null } as const;

/**
 * What a test of a gain in accuracy can show. Without groups, and where predictions tell how often the two differ, no label is needed for it.
 */
export function powerOfGain(sample: Binary, rates: Rates, effect: number): Power {
  const { n, disagreement } = sample;
  if (rates.alpha <= 0) return { ...nothing, disagreement: shownShare(sample) };
  if (!disagreement.labelFree || sample.groupWins !== undefined)
    return powerByVariance(sample, rates, effect, varianceOfWins(sample));
  const { mde } = mcnemarMde({ disagreement: disagreement.share, n, ...rates });
  return {
    canShow: mde !== null && mde <= effect,
    disagreement: disagreement.share,
    smallest: mde,
    requiredN: examplesForGain(rates, { disagreement: disagreement.share, effect }),
  };
}

/** As {@link powerOfGain}, for a margin. */
export function powerOfMargin(sample: Binary, rates: Rates, margin: number): Power {
  const { n, disagreement } = sample;
  if (rates.alpha <= 0) return { ...nothing, disagreement: shownShare(sample) };
  if (!disagreement.labelFree || sample.groupWins !== undefined)
    return powerByVariance(sample, rates, margin, Math.max(varianceOfWins(sample), margin - margin ** 2));
  const requiredN = examplesForMargin(rates, { disagreement: disagreement.share, margin });
  return {
    canShow: requiredN !== null && n >= requiredN,
    disagreement: disagreement.share,
    smallest: marginShown(rates, n, disagreement.share),
    requiredN,
  };
}

/**
 * For an estimate of variance `variance / n`. The variance tells of the labels: nothing of it is used but the number of examples, up to one digit.
 */
export function powerByVariance(sample: PairedSample, rates: Rates, effect: number, variance: number): Power {
  const requiredN = coarse(examplesForMean(rates, { variance, effect }));
  return {
    canShow: requiredN !== null && sample.n >= requiredN,
    disagreement: shownShare(sample),
    smallest: requiredN === null ? null : effect * Math.sqrt(requiredN / sample.n),
    requiredN,
  };
}

function shownShare({ disagreement }: PairedSample): number | null {
  return disagreement.labelFree ? disagreement.share : null;
}

/** Of an example's gain (1, 0 or -1) under no difference; more where wins of a group go together. */
function varianceOfWins({ n, candidateOnly, baselineOnly, groupWins }: Binary): number {
  if (groupWins === undefined) return (candidateOnly + baselineOnly) / n;
  return groupWins.reduce((sum, wins) => sum + wins ** 2, 0) / n;
}
