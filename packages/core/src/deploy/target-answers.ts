import { digest } from '../documents/index.js';
import { MlError } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import type { ArmCounts, Counts, Observed, Staged } from './target.js';

/**
 * What targets answer, as JSON. Strangers may stand behind an address, and anything may come out of a command: nothing is believed before
 * it was looked at.
 */

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const arm: z.ZodType<ArmCounts> = z.object({
  requests: count,
  errors: count,
  slow: count,
  feedback: z.record(z.string(), z.object({ seen: count, bad: count })),
});

const counts: z.ZodType<Counts> = z.object({
  baseline: arm,
  candidate: arm,
  byShare: z.array(z.object({ share, baseline: arm, candidate: arm })).optional(),
  epoch: z.string().max(200).optional(),
  compared: z.object({ pairs: count, different: count }).optional(),
});

const observed: z.ZodType<Observed> = z.object({
  revision: z.string().min(1).max(200),
  route: z.object({
    baseline: digest.nullable(),
    candidate: z.object({ release: digest, share, mode: z.enum(['split', 'shadow']) }).optional(),
  }),
  previous: digest.nullable(),
});

const milliseconds = z.number().min(0);
const staged: z.ZodType<Staged> = z.discriminatedUnion('ready', [
  z.object({
    ready: z.literal(true),
    models: z.array(z.object({ name: z.string(), loaded: milliseconds, p95: milliseconds })),
  }),
  z.object({ ready: z.literal(false), model: z.string().optional(), reason: z.string().min(1) }),
]);

const drill = z.object({ to: digest, recovery: milliseconds });
const renewed = z.object({ renewed: z.boolean() });

export const targetAnswers = {
  counts,
  observed,
  staged,
  drill,
  renewed,
  routed: z.object({ done: z.boolean(), observed }),
};

/** Who answered, as a message names it, and what mends an answer that is none. */
export interface Answerer {
  readonly who: string;
  readonly fix: string;
}

/** @throws MlError ERR_ML_DEPLOY_TARGET for an answer that is none */
export function readTargetAnswer<T>(schema: z.ZodType<T>, body: unknown, { who, fix }: Answerer): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new MlError('ERR_ML_DEPLOY_TARGET', {
    message: `${who} answers what it should not: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
    fix,
  });
}
