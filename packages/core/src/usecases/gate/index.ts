/** The gate: puts candidates to their test sets, accepts those that pass, and retires test sets. docs/design/gate.md */
export { acceptModel } from './accept-model.js';
export type { AcceptDeps, AcceptedModel } from './accept-model.js';
export type { Override } from './evidence-for.js';
export type { GateAnswer } from './gate-answer.js';
export { lookAtCandidate } from './look-at-candidate.js';
export { retireTestSet } from './retire-test-set.js';
export { TestSets } from './test-sets.js';
export type { TestSetReading } from './test-sets.js';
