import type { ArmCounts, Counts, Observed, Staged } from '../../deploy/index.js';
import { digest } from '../../documents/index.js';
import { MlError } from '../../kernel/index.js';
import * as z from '../../kernel/zod.js';

/** What the admin API answers. Strangers may stand behind an address: nothing is believed before it was looked at. */

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

export const answers = { counts: z.object({ counts }), observed, staged, drill, renewed };

/** @throws MlError ERR_ML_DEPLOY_TARGET for an answer that is none */
export function readAnswer<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new MlError('ERR_ML_DEPLOY_TARGET', {
    message: `The gateway answers what it should not: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
    fix: 'Look whether the address in ml.yaml is that of a gateway, of this version of nx-ml or a newer one.',
  });
}
