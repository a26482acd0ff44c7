import { isJsonObject } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import * as z from '../../kernel/zod.js';

/** What we read of the status of an InferenceService, v1beta1. Whatever else stands there is passed over. */
const text = z.string().optional();
const predictorSchema = z.object({
  url: text,
  latestCreatedRevision: text,
  latestReadyRevision: text,
  latestRolledoutRevision: text,
  traffic: z
    .array(
      z.object({ latestRevision: z.boolean().optional(), percent: z.int().optional(), revisionName: text }),
    )
    .optional(),
});
type Predictor = z.infer<typeof predictorSchema>;
const statusSchema = z.object({
  url: text,
  observedGeneration: z.int().optional(),
  conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
  components: z.object({ predictor: predictorSchema.optional() }).optional(),
  modelStatus: z
    .object({
      transitionStatus: text,
      lastFailureInfo: z.object({ reason: text, message: text }).optional(),
    })
    .optional(),
});

function statusOf(object: JsonObject | undefined): z.infer<typeof statusSchema> {
  const read = statusSchema.safeParse(object?.['status'] ?? {});
  return read.success ? read.data : {};
}

export function predictorOf(object: JsonObject | undefined): Predictor {
  return statusOf(object).components?.predictor ?? {};
}

/** The controller has seen what was asked of it last. */
export function isSeen(object: JsonObject | undefined): boolean {
  const metadata = object?.['metadata'];
  const generation = isJsonObject(metadata) ? Number(metadata['generation']) : NaN;
  return (statusOf(object).observedGeneration ?? 0) >= generation;
}

/** Beyond that, the newest revision is the newest ready one. */
export function isReady(object: JsonObject | undefined): boolean {
  const { conditions = [] } = statusOf(object);
  const { latestCreatedRevision, latestReadyRevision } = predictorOf(object);
  return (
    isSeen(object) &&
    latestReadyRevision !== undefined &&
    latestReadyRevision === latestCreatedRevision &&
    conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}

/** @returns why its model cannot be loaded */
export function refusalIn(object: JsonObject | undefined): string | undefined {
  const { transitionStatus, lastFailureInfo } = statusOf(object).modelStatus ?? {};
  if (transitionStatus !== 'BlockedByFailedLoad' && transitionStatus !== 'InvalidSpec') return undefined;
  const { reason, message } = lastFailureInfo ?? {};
  return (message ?? reason ?? transitionStatus).slice(0, 500);
}

/** Where it can be asked from outside. */
export function inferenceUrl(object: JsonObject | undefined): string | undefined {
  const url = statusOf(object).url ?? predictorOf(object).url;
  return url !== undefined && /^https?:\/\//.test(url) ? url.replace(/\/$/, '') : undefined;
}
