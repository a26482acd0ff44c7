import type { ArmCounts } from '../deploy/target.js';
import { MlError } from '../kernel/index.js';

/**
 * What must not get worse while a release is tried on real traffic. An event is a failure of the answer (`errors`), an answer over
 * the latency budget (`slow`), or a bad label that came for it (`feedback.<name>`).
 */
export interface Guardrail {
  readonly name: 'errors' | 'slow' | `feedback.${string}`;
  /** The candidate is rolled back when its rate is shown to be above so many times the baseline's; at least 1. */
  readonly worse: number;
  /** It is promoted when its rate is shown to be below so many times the baseline's; above 1, and at least `worse`. */
  readonly clear: number;
  /** A rate, above 0 and below 1, that is harmless whatever the baseline's is: nobody rolls back for one error in a million. */
  readonly tolerated: number;
}

/** How often something was looked at, and how often it was bad. */
export interface Observations {
  readonly seen: number;
  readonly bad: number;
}

/** What a guardrail reads of an arm. */
export function observationsOf({ name }: Guardrail, arm: ArmCounts): Observations {
  if (name === 'errors') return { seen: arm.requests, bad: arm.errors };
  if (name === 'slow') return { seen: arm.requests, bad: arm.slow };
  return arm.feedback[name.slice('feedback.'.length)] ?? { seen: 0, bad: 0 };
}

/** @throws MlError ERR_ML_STATISTICS_INVALID for rates and ratios with which no decision would mean anything */
export function checkGuardrail(guardrail: Guardrail): void {
  const { name, worse, clear, tolerated } = guardrail;
  const isRatio = Number.isFinite(worse) && worse >= 1 && Number.isFinite(clear) && clear > 1;
  if (isRatio && clear >= worse && tolerated > 0 && tolerated < 1) return;
  throw new MlError('ERR_ML_STATISTICS_INVALID', {
    message: `the guardrail ${name} has worse ${String(worse)}, clear ${String(clear)}, tolerated ${String(tolerated)}`,
    fix: 'Give worse as at least 1, clear as above 1 and at least worse, tolerated as a rate between 0 and 1.',
  });
}
