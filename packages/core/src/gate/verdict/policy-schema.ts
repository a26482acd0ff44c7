import * as z from '../../kernel/zod.js';
import type { GatePolicy } from '../policy.js';

/** A slice of ml.yaml may have 301 characters. */
const text = z.string().min(1).max(500);
const ofMetric = { metric: text };
const better = z.enum(['higher', 'lower']).nullable();
const slice = text.nullable();

const superiority = z.strictObject({
  test: z.literal('superiority'),
  ...ofMetric,
  minEffect: z.number(),
  better,
});
const nonInferiority = z.strictObject({
  test: z.literal('non-inferiority'),
  ...ofMetric,
  margin: z.number(),
  better,
  slice,
});
const guardrail = z.discriminatedUnion('test', [
  nonInferiority,
  z.strictObject({ test: z.literal('ratio'), ...ofMetric, maxRatio: z.number() }),
  z.strictObject({ test: z.literal('increase'), ...ofMetric, maxIncrease: z.number() }),
  z.strictObject({ test: z.literal('gap'), ...ofMetric, across: text, maxGap: z.number() }),
]);
const floor = z.strictObject({
  test: z.literal('floor'),
  ...ofMetric,
  limit: z.enum(['min', 'max']),
  value: z.number(),
  slice,
});
const count = z.int().min(1);

/** A policy within a document; that of ml.yaml, with its messages for people, is in manifest. */
export const policySchema: z.ZodType<GatePolicy> = z.strictObject({
  primary: z.discriminatedUnion('test', [superiority, nonInferiority]),
  guardrails: z.array(guardrail).max(1000),
  floors: z.array(floor).max(1000),
  alpha: z.number().gt(0).lt(1),
  budget: z.strictObject({ steps: count, promotions: count }).nullable(),
  power: z.number().gt(0).lt(1),
  disclosure: z.enum(['bit', 'full']),
  testSet: text.nullable(),
  seed: z.int().min(0).nullable(),
  negativeControl: z.boolean(),
});
