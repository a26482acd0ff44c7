import type { NoSample, Sample } from '../../evaluation/index.js';
import type { Evidence } from '../evidence.js';
import { judge } from '../judge.js';
import type { Judgement } from '../judge.js';
import type { GatePolicy } from '../policy.js';
import { policy } from './budgets.js';

/** The level of a step of the usual budget. */
export const alpha = 0.0005;

/** @param changes to the usual policy */
export function judged(
  changes: Partial<GatePolicy>,
  evidence: readonly Evidence[],
  level = alpha,
): Judgement {
  return judge({ policy: { ...policy, ...changes }, alpha: level, floorsOnly: false, evidence });
}

/** The primary criterion alone. */
export function onPrimary(sample: Sample | NoSample, changes: Partial<GatePolicy> = {}): Judgement {
  return judged(changes, [{ id: 'primary', sample }]);
}
