/**
 * Whether a candidate may replace the accepted model: the policy, the budget of a test set, the judgement and its document. Pure:
 * samples and journal payloads in, verdicts out. docs/design/gate.md
 */
export * from './alpha-per-step.js';
export * from './decide-binary.js';
export * from './policy.js';
export * from './budget.js';
export * from './budget-entry.js';
export { BudgetLedger } from './budget-ledger.js';
export * from './spending.js';
export * from './plan-step.js';
export { recordFault, stepEntryOf } from './answer-on-record.js';
export * from './remembered.js';
export * from './metric-names.js';
export type { Control } from './control.js';
export type { CriterionResult, Reason, ReasonCode } from './criterion-result.js';
export { reason } from './criterion-result.js';
export type { Evidence } from './evidence.js';
export * from './examples.js';
export { judge } from './judge.js';
export type { GateState, Judgement, JudgeInput } from './judge.js';
export type { WorseSlice } from './worse-slices.js';
export * from './verdict/index.js';
export * from './easeml-examples.js';
export * from './planner.js';
export * from './seen-journals.js';
