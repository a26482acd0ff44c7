import { requireCount } from './arguments.js';
import { binomialCdf, binomialUpperTail, chiSquareUpperTail } from './distributions.js';

/** The examples on which two classifiers differ; those on which both are right or both wrong say nothing. */
export interface DiscordantPairs {
  /** Examples that the candidate alone has right. */
  readonly candidateOnlyCorrect: number;
  /** Examples that the baseline alone has right. */
  readonly baselineOnlyCorrect: number;
}

export function requireDiscordantPairs(pairs: DiscordantPairs): void {
  requireCount('candidateOnlyCorrect', pairs.candidateOnlyCorrect);
  requireCount('baselineOnlyCorrect', pairs.baselineOnlyCorrect);
  requireCount(
    'candidateOnlyCorrect + baselineOnlyCorrect',
    pairs.candidateOnlyCorrect + pairs.baselineOnlyCorrect,
  );
}

export interface McnemarExact {
  readonly twoSided: number;
  /** Two-sided, counting half of what is as likely as what was seen: less conservative, and no longer exact. */
  readonly midP: number;
  /**
   * That the candidate is better: P(X >= candidateOnlyCorrect) of X ~ Binomial(pairs, 1/2). What the gate compares with
   * alpha.
   */
  readonly oneSidedGreater: number;
  readonly oneSidedMidP: number;
}

/**
 * The exact test of McNemar (1947): under equal accuracy each discordant example falls to either side with 1/2. Without
 * any such example every p is 1. Its level holds for every n. Needs examples that are independent: where they come in
 * groups (several of one patient), take the permutation test with groups.
 *
 * @throws ERR_ML_STATISTICS_INVALID for counts that are none.
 */
export function mcnemarExact(pairs: DiscordantPairs): McnemarExact {
  requireDiscordantPairs(pairs);
  const { candidateOnlyCorrect: wins, baselineOnlyCorrect: losses } = pairs;
  const n = wins + losses;
  if (n === 0) return { twoSided: 1, midP: 1, oneSidedGreater: 1, oneSidedMidP: 1 };
  const fewer = binomialCdf(Math.min(wins, losses), n, 0.5);
  const atFewer = fewer - binomialCdf(Math.min(wins, losses) - 1, n, 0.5);
  const greater = binomialUpperTail(wins, n, 0.5);
  return {
    twoSided: Math.min(1, 2 * fewer),
    midP: wins === losses ? 1 - atFewer / 2 : 2 * fewer - atFewer,
    oneSidedGreater: greater,
    oneSidedMidP: (greater + binomialUpperTail(wins + 1, n, 0.5)) / 2,
  };
}

export interface McnemarAsymptotic {
  readonly chi2: number;
  readonly p: number;
  /** With the correction for continuity of Edwards (1948). */
  readonly chi2cc: number;
  readonly pcc: number;
}

/**
 * McNemar's test by the chi-square distribution, for comparison with what others report. Two-sided; wrong for few
 * discordant pairs, and no gate uses it: the exact test costs nothing more.
 *
 * @throws ERR_ML_STATISTICS_INVALID for counts that are none.
 */
export function mcnemarAsymptotic(pairs: DiscordantPairs): McnemarAsymptotic {
  requireDiscordantPairs(pairs);
  const n = pairs.candidateOnlyCorrect + pairs.baselineOnlyCorrect;
  if (n === 0) return { chi2: 0, p: 1, chi2cc: 0, pcc: 1 };
  const distance = Math.abs(pairs.candidateOnlyCorrect - pairs.baselineOnlyCorrect);
  const chi2 = distance ** 2 / n;
  const chi2cc = Math.max(0, distance - 1) ** 2 / n;
  return { chi2, p: chiSquareUpperTail(chi2, 1), chi2cc, pcc: chiSquareUpperTail(chi2cc, 1) };
}
