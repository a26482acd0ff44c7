import { documentCodec } from '../../documents/codec.js';
import { digest, formatVersion1, project, seed } from '../../documents/document-fields.js';
import type { Digest } from '../../kernel/index.js';
import * as z from '../../kernel/zod.js';
import type { Measured } from './measured.js';
import type { WeakSegments } from './weak-segments.js';

/**
 * What an evaluation came to, for people: derived from the stored predictions whenever it is wanted, never a result of its own and never an
 * input of anything. Deterministic: no clock, no host.
 */
export interface EvaluationReport {
  readonly formatVersion: 1;
  readonly project: string;
  /** Digest of all that it follows from: where that is the same, it is not made again. */
  readonly of: Digest;
  /** The test set's scores stay hidden, so that it stays honest: only examples of other splits are told of. */
  readonly sealed: boolean;
  /** By rising seed. */
  readonly runs: readonly RunReport[];
}

export interface RunReport {
  readonly seed: number | null;
  /** The predictions that it tells of; null where the evaluation left none. */
  readonly predictions: Digest | null;
  /** Why there are no figures, if there are none. */
  readonly why?: string | undefined;
  readonly examples: ExampleCounts;
  /** What the judged examples are, whatever was said of them. Absent where there are none. */
  readonly testSet?: Digest | undefined;
  readonly measures: readonly Measured[];
  readonly slices: readonly SliceReport[];
  /** Slices that are not told, beyond the largest. */
  readonly slicesLeftOut: number;
  readonly weak?: WeakSegments | undefined;
  readonly behaviour: readonly BehaviourReport[];
}

interface ExampleCounts {
  /** Rows that a gate judges on. */
  readonly test: number;
  /** Rows of other splits. */
  readonly free: number;
  /** Rows of behavioural tests. */
  readonly behaviour: number;
}

export interface SliceReport {
  readonly key: string;
  readonly value: string | number | boolean;
  readonly n: number;
  readonly measures: readonly Measured[];
}

export interface BehaviourReport {
  readonly case: string;
  /** Examples of the case; 0 where none was written. */
  readonly n: number;
  /** null where it cannot be told, and `why` tells the reason. */
  readonly passed: number | null;
  readonly interval: Measured['interval'];
  /** The share that must pass. */
  readonly min: number;
  readonly met: boolean;
  readonly why?: string | undefined;
}

const text = z.string().max(1000);
const count = z.int().min(0);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const interval = z
  .strictObject({
    lower: z.number(),
    upper: z.number(),
    method: z.enum(['wilson', 'bca', 'delong', 't', 'groups']),
  })
  .nullable();
export const measuredSchema = z.strictObject({
  name: text,
  better: z.enum(['higher', 'lower']),
  unit: text.optional(),
  value: z.number(),
  interval,
  n: count,
});
export const weakSchema = z.strictObject({
  by: text,
  searched: count,
  found: z.array(
    z.strictObject({
      segment: z.array(z.strictObject({ key: z.string(), value: scalar })).min(1),
      n: count,
      inside: z.number(),
      outside: z.number(),
      p: z.number().min(0).max(1),
    }),
  ),
});

export const exampleCountsSchema = z.strictObject({ test: count, free: count, behaviour: count });
export const behaviourSchema = z.strictObject({
  case: text,
  n: count,
  passed: count.nullable(),
  interval,
  min: z.number(),
  met: z.boolean(),
  why: text.optional(),
});

const schema: z.ZodType<EvaluationReport> = z.strictObject({
  formatVersion: formatVersion1,
  project,
  of: digest,
  sealed: z.boolean(),
  runs: z.array(
    z.strictObject({
      seed,
      predictions: digest.nullable(),
      why: text.optional(),
      examples: exampleCountsSchema,
      testSet: digest.optional(),
      measures: z.array(measuredSchema),
      slices: z.array(
        z.strictObject({ key: z.string(), value: scalar, n: count, measures: z.array(measuredSchema) }),
      ),
      slicesLeftOut: count,
      weak: weakSchema.optional(),
      behaviour: z.array(behaviourSchema),
    }),
  ),
});

const codec = documentCodec({
  name: 'evaluation report',
  formatVersion: 1,
  schema,
  fix: 'Run the evaluation again: its report is made anew from the stored predictions.',
});

/** @throws MlError ERR_ML_DOCUMENT_INVALID for a document that decodeEvaluationReport would refuse. */
export const encodeEvaluationReport = (report: EvaluationReport): Buffer => codec.encode(report);

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export const decodeEvaluationReport = (bytes: Uint8Array): EvaluationReport => codec.decode(bytes);
