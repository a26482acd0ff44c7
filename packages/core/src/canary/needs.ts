import type { ArmCounts, ShareCounts } from '../deploy/target.js';
import type { CanaryRules } from './decide.js';
import { evidenceOf } from './evidence.js';
import { observationsOf } from './guardrail.js';
import type { Guardrail, Observations } from './guardrail.js';
import { partsOf, requestsOf } from './tally.js';
import type { Tally } from './tally.js';

const MOST_DOUBLINGS = 32;

/**
 * How many more requests would clear the candidate, at the share that it has now: what both arms showed together is carried on, as if
 * it were no worse. A forecast, not a promise.
 *
 * @returns 0 where it is cleared; undefined where no number would do, or nothing was seen to reckon with.
 */
export function requestsNeeded(tally: Tally, rules: CanaryRules): number | undefined {
  const numbers = rules.guardrails.map((guardrail) => neededBy(guardrail, tally, rules));
  return numbers.every((number) => number !== undefined) ? Math.max(...numbers) : undefined;
}

function neededBy(guardrail: Guardrail, tally: Tally, { alpha }: CanaryRules): number | undefined {
  const parts = partsOf(tally);
  const isCleared = (more: number): boolean =>
    evidenceOf(guardrail, carriedOn(parts, expected(guardrail, tally, more))).clears >= -Math.log(alpha);
  if (evidenceOf(guardrail, parts).clears >= -Math.log(alpha)) return 0;
  if (requestsOf(tally, 'candidate') === 0) return undefined;
  for (let doubling = 0; doubling < MOST_DOUBLINGS; doubling++)
    if (isCleared(2 ** doubling)) return leastBetween(2 ** (doubling - 1), 2 ** doubling, isCleared);
  return undefined;
}

/** To three digits or so: it is a forecast. */
function leastBetween(below: number, enough: number, isCleared: (more: number) => boolean): number {
  let [low, high] = [below, enough];
  while (high - low > Math.max(1, high / 256)) {
    const middle = Math.ceil((low + high) / 2);
    if (isCleared(middle)) high = middle;
    else low = middle;
  }
  return Math.ceil(high);
}

/** So many more requests at the present share, each arm with the rate of both. */
function expected(guardrail: Guardrail, tally: Tally, more: number): ShareCounts {
  const all = partsOf(tally).flatMap(({ baseline, candidate }) => [baseline, candidate]);
  const total = all.map((arm) => observationsOf(guardrail, arm)).reduce(plus, { seen: 0, bad: 0 });
  const requests = all.reduce((sum, arm) => sum + arm.requests, 0);
  const arm = (share: number): ArmCounts => {
    const answered = Math.round(more * share);
    const seen = Math.round((answered * total.seen) / requests);
    const bad = Math.min(seen, Math.round((answered * total.bad) / requests));
    return armOf(guardrail, answered, { seen, bad });
  };
  return { share: tally.share, baseline: arm(1 - tally.share), candidate: arm(tally.share) };
}

/** What is expected belongs to the part that is being counted, where there is one: a part of its own would be weighed anew. */
function carriedOn(parts: readonly ShareCounts[], more: ShareCounts): readonly ShareCounts[] {
  const last = parts.at(-1);
  if (last?.share !== more.share) return [...parts, more];
  const arm = (name: 'baseline' | 'candidate'): ArmCounts => sumOfArms(last[name], more[name]);
  return [
    ...parts.slice(0, -1),
    { share: more.share, baseline: arm('baseline'), candidate: arm('candidate') },
  ];
}

function sumOfArms(a: ArmCounts, b: ArmCounts): ArmCounts {
  const added = Object.entries(b.feedback).map(
    ([name, counts]) => [name, plus(a.feedback[name] ?? { seen: 0, bad: 0 }, counts)] as const,
  );
  return {
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    slow: a.slow + b.slow,
    feedback: { ...a.feedback, ...Object.fromEntries(added) },
  };
}

function armOf({ name }: Guardrail, requests: number, { seen, bad }: Observations): ArmCounts {
  const feedback = name.startsWith('feedback.') ? { [name.slice('feedback.'.length)]: { seen, bad } } : {};
  return { requests, errors: name === 'errors' ? bad : 0, slow: name === 'slow' ? bad : 0, feedback };
}

function plus(a: Observations, b: Observations): Observations {
  return { seen: a.seen + b.seen, bad: a.bad + b.bad };
}
