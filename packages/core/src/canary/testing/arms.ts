import type { ArmCounts, Counts } from '../../deploy/index.js';
import type { Guardrail } from '../guardrail.js';

export const errors: Guardrail = { name: 'errors', worse: 1, clear: 1.5, tolerated: 0.001 };

/** An arm of which only this is known. */
export function arm(requests: number, bad = 0, more: Partial<ArmCounts> = {}): ArmCounts {
  return { requests, errors: bad, slow: 0, feedback: {}, ...more };
}

export function countsOf(baseline: ArmCounts, candidate: ArmCounts, more: Partial<Counts> = {}): Counts {
  return { baseline, candidate, ...more };
}
