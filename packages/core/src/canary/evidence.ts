import type { ShareCounts } from '../deploy/target.js';
import { canaryNullShare, eprocessBetaMixture } from '../stats/index.js';
import { observationsOf } from './guardrail.js';
import type { Guardrail, Observations } from './guardrail.js';

/** What a guardrail has seen, and what that is worth. */
export interface GuardrailEvidence {
  readonly name: Guardrail['name'];
  /** ln of the evidence that the candidate is worse; its decision needs ln(1/alpha). */
  readonly against: number;
  /** ln of the evidence that it is not. */
  readonly clears: number;
  readonly baseline: Observations;
  readonly candidate: Observations;
}

/** How strongly the mixtures sit near what they test: docs/adr/0036. */
const PRIOR_STRENGTH = 20;

/**
 * The evidence of one guardrail over all parts. A candidate is bad where its rate is above `tolerated` and above a ratio of the
 * baseline's. Against it speaks what shows both: the lesser of two e-values. For it, what shows that either does not hold:
 * their mean, since one e-value that is chosen after looking would be none.
 */
export function evidenceOf(guardrail: Guardrail, parts: readonly ShareCounts[]): GuardrailEvidence {
  const seen = parts.map((part) => ({
    share: part.share,
    baseline: observationsOf(guardrail, part.baseline),
    candidate: observationsOf(guardrail, part.candidate),
  }));
  const candidate = sumOf(seen.map((part) => part.candidate));
  const baseline = sumOf(seen.map((part) => part.baseline));
  const compared = seen.filter(({ share }) => share > 0 && share < 1);
  const absolute = rateAgainst(candidate, guardrail.tolerated);
  if (compared.length === 0) return { name: guardrail.name, ...absolute, baseline, candidate };
  const relative = {
    against: sum(compared.map((part) => worseThan(guardrail.worse, part))),
    clears: sum(compared.map((part) => betterThan(guardrail.clear, part))),
  };
  return {
    name: guardrail.name,
    against: Math.min(relative.against, absolute.against),
    clears: logMean([relative.clears, absolute.clears]),
    baseline,
    candidate,
  };
}

interface Compared {
  readonly share: number;
  readonly baseline: Observations;
  readonly candidate: Observations;
}

/** Each bad event falls to the candidate with a share of at most p0 while its rate is at most `ratio` times the baseline's. */
function worseThan(ratio: number, { share, baseline, candidate }: Compared): number {
  return mixture(candidate.bad, baseline.bad, nullShare(share, ratio));
}

/** Mirrored: to the baseline with at most 1 - p0 while the candidate's rate is at least `ratio` times the baseline's. */
function betterThan(ratio: number, { share, baseline, candidate }: Compared): number {
  return mixture(baseline.bad, candidate.bad, 1 - nullShare(share, ratio));
}

/** The candidate's own rate against one that is tolerated. */
export function rateAgainst(
  { seen, bad }: Observations,
  tolerated: number,
): { readonly against: number; readonly clears: number } {
  const good = seen - bad;
  return { against: mixture(bad, good, tolerated), clears: mixture(good, bad, 1 - tolerated) };
}

function mixture(hits: number, misses: number, share: number): number {
  return eprocessBetaMixture({ hits, misses, nullShare: share, priorStrength: PRIOR_STRENGTH }).logE;
}

function nullShare(canaryTrafficShare: number, ratio: number): number {
  return canaryNullShare({ canaryTrafficShare, allowedRelativeIncrease: ratio - 1 }).nullShare;
}

/**
 * ln of the mean of e-values that are given by their logarithms. The mean is an e-value whatever hangs together with what (Vovk and
 * Wang 2021), and never less than what a split of alpha among them would ask for.
 */
export function logMean(logs: readonly number[]): number {
  const most = Math.max(...logs);
  if (!Number.isFinite(most)) return most;
  return most + Math.log(logs.reduce((all, log) => all + Math.exp(log - most), 0) / logs.length);
}

function sumOf(all: readonly Observations[]): Observations {
  return { seen: sum(all.map(({ seen }) => seen)), bad: sum(all.map(({ bad }) => bad)) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
