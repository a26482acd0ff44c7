/** The verdict as a document, and what of it may be seen. */
export * from './build-verdict.js';
export { policySchema } from './policy-schema.js';
export { decodeVerdict, encodeVerdict, verdictSchema } from './verdict.js';
export type { Verdict, VerdictBudget, VerdictCriterion, VerdictReads } from './verdict.js';
