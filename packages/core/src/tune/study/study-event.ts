import { decodePayload, formatVersion1, seed, shortText } from '../../documents/index.js';
import { isJsonObject } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import * as z from '../../kernel/zod.js';

/** Why a trial has the parameters that it has. */
export const origins = ['current', 'earlier-best', 'sampler'] as const;
export type TrialOrigin = (typeof origins)[number];

/** Somebody began a trial, or goes on with one whose process is gone. */
export interface AskedEvent {
  readonly type: 'asked';
  /** From 0, without a gap. */
  readonly trial: number;
  /** Hex digits of the context that it is of: see contextOf. */
  readonly context: string;
  /** All parameters of `train`, so that it can be told later whether the trial lies in another space. */
  readonly params: JsonObject;
  readonly origin: TrialOrigin;
  /** Names the process, for whoever finds that it died. */
  readonly by: string;
}

/** What one seed of a trial came to. */
export interface SeedValue {
  readonly seed: number | null;
  /** One number an objective, in the order of ml.yaml, as it was measured. */
  readonly values: readonly number[];
  /** Hex digits of the run keys, `train` first: a digest would keep what it names from being collected. */
  readonly runs: readonly string[];
}

/** An intermediate value: of the first objective, after so many steps. */
export interface StepValue {
  readonly step: number;
  readonly value: number;
}

export type TrialState = 'complete' | 'pruned' | 'failed';

/** What a trial came to; told again of a trial that is known, it adds seeds. */
export interface ToldEvent {
  readonly type: 'told';
  readonly trial: number;
  readonly state: TrialState;
  /** Of seeds that ended well. */
  readonly seeds: readonly SeedValue[];
  /** What the command told while it ran; thinned out, rising. */
  readonly steps?: readonly StepValue[] | undefined;
  /** Milliseconds of commands that were executed for it; what was known already cost nothing. */
  readonly ms: number;
  /** Commands that were executed for it. */
  readonly executed: number;
  readonly failure?: TrialFailure | undefined;
}

/** Why a trial failed, and the end of its log. */
export interface TrialFailure {
  readonly code: string;
  readonly message: string;
  readonly log: readonly string[];
}

export type StudyEvent = AskedEvent | ToldEvent;

/** One entry of a study's journal: what one process had to say at once. docs/design/tune.md */
export interface StudyEntry {
  readonly formatVersion: 1;
  /** ISO 8601 in UTC, to the millisecond. */
  readonly at: string;
  /** Of the first entry of a further part: hex digits of the last entry of the part before. */
  readonly after?: string | undefined;
  readonly events: readonly StudyEvent[];
}

/** More lines help nobody, and an entry has a limit. */
export const mostLogLines = 20;
export const mostSteps = 100;

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const trial = z.int().min(0).max(10_000_000);
const jsonObject = z.custom<JsonObject>((value) => isJsonObject(value), 'not a JSON object');

const asked = z.strictObject({
  type: z.literal('asked'),
  trial,
  context: hex,
  params: jsonObject,
  origin: z.enum(origins),
  by: shortText,
});

const told = z.strictObject({
  type: z.literal('told'),
  trial,
  state: z.enum(['complete', 'pruned', 'failed']),
  seeds: z
    .array(
      z.strictObject({
        seed,
        values: z.array(z.number()).min(1).max(20),
        runs: z.array(hex).min(1).max(2),
      }),
    )
    .max(1000),
  steps: z
    .array(z.strictObject({ step: z.number().min(0), value: z.number() }))
    .max(mostSteps)
    .optional(),
  ms: z.int().min(0),
  executed: z.int().min(0).max(10_000),
  failure: z
    .strictObject({
      code: z.string().regex(/^[A-Z_]{1,100}$/),
      message: z.string().max(4000),
      log: z.array(z.string().max(2000)).max(mostLogLines),
    })
    .optional(),
});

const schema: z.ZodType<StudyEntry> = z.strictObject({
  formatVersion: formatVersion1,
  at: z.iso.datetime({ precision: 3 }),
  after: hex.optional(),
  events: z
    .array(z.discriminatedUnion('type', [asked, told]))
    .min(1)
    .max(1000),
});

/** The payload of a journal's entry. @throws MlError ERR_ML_DOCUMENT_INVALID */
export function encodeStudyEntry(entry: StudyEntry): JsonObject {
  return JSON.parse(JSON.stringify(decodeStudyEntry(entry))) as JsonObject;
}

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export function decodeStudyEntry(payload: unknown): StudyEntry {
  return decodePayload(schema, payload, {
    what: 'An entry of a study',
    fix: 'Restore the journal from a backup of the store; runs are kept apart from it, and are not lost.',
  });
}
