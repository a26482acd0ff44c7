/**
 * Whether a candidate may replace the accepted model: the policy, the budget of a test set, the judgement and its document. Pure:
 * samples and journal payloads in, verdicts out. docs/design/gate.md
 */
export * from './alpha-per-step.js';
export * from './decide-binary.js';
export * from './policy.js';
export * from './budget.js';
export * from './budget-entry.js';
export * from './plan-step.js';
export * from './remembered.js';
