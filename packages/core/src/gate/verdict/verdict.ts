import { documentCodec } from '../../documents/codec.js';
import { digest, formatVersion1, project } from '../../documents/document-fields.js';
import type { Digest } from '../../kernel/index.js';
import * as z from '../../kernel/zod.js';
import type { Control } from '../control.js';
import type { CriterionResult, Reason } from '../criterion-result.js';
import type { GateState } from '../judge.js';
import type { GatePolicy } from '../policy.js';
import type { WorseSlice } from '../worse-slices.js';
import { policySchema } from './policy-schema.js';

/** What the gate found, as it is kept: no clock and no host, so that the same question gives the same bytes. */
export interface Verdict {
  readonly formatVersion: 1;
  readonly project: string;
  readonly state: GateState;
  /** Why it is no plain pass. */
  readonly reasons: readonly Reason[];
  /** The level of every test; null where the question was not asked. */
  readonly alpha: number | null;
  /** null where nothing is counted, and so nothing is guaranteed over repeated use. */
  readonly budget: VerdictBudget | null;
  readonly read: VerdictReads;
  readonly policy: GatePolicy;
  readonly criteria: readonly VerdictCriterion[];
  readonly control: Control | null;
  readonly worse: readonly WorseSlice[];
}

export interface VerdictBudget {
  /** Name of the test set. */
  readonly testSet: string;
  /** The step that the answer took, from 1; null where none was taken. */
  readonly step: number | null;
  readonly steps: number;
  /** Passes before this answer. */
  readonly promotions: number;
  readonly maxPromotions: number;
}

/** Digests of all that decided; null for what could not be read. */
export interface VerdictReads {
  readonly question: Digest | null;
  /** The models. The baseline is null without an accepted one. */
  readonly candidate: Digest;
  readonly baseline: Digest | null;
  /** What they answered. */
  readonly predictions: { readonly candidate: Digest | null; readonly baseline: Digest | null };
  readonly testSet: Digest | null;
}

/** `hidden`: whether it was met is not told. */
export type VerdictCriterion = Omit<CriterionResult, 'outcome'> & {
  readonly outcome: CriterionResult['outcome'] | 'hidden';
};

const text = z.string().min(1).max(2000);
const shortText = z.string().min(1).max(500);
const number = z.number().nullable();
const count = z.int().min(0);

const reasonSchema = z.strictObject({
  code: z.enum([
    'underpowered',
    'missed',
    'not-shown',
    'worse',
    'undefined',
    'control',
    'nothing-asked',
    'first-model',
    'accepted',
    'budget',
    'journal',
    'baseline',
  ]),
  criterion: shortText.nullable(),
  slice: shortText.nullable(),
  what: text.nullable(),
});

const criterionSchema = z.strictObject({
  id: shortText,
  slice: shortText.nullable(),
  metric: shortText,
  test: z.enum(['superiority', 'non-inferiority', 'ratio', 'increase', 'gap', 'floor']),
  asked: z.number(),
  outcome: z.enum(['met', 'missed', 'undefined', 'hidden']),
  canShow: z.boolean(),
  n: count.nullable(),
  disagreement: number,
  smallest: number,
  requiredN: count.nullable(),
  scores: z.strictObject({
    candidate: number,
    baseline: number,
    estimate: number,
    p: number,
    bound: number,
  }),
});

/** Of documents that hold a verdict. */
export const verdictSchema: z.ZodType<Verdict> = z.strictObject({
  formatVersion: formatVersion1,
  project,
  state: z.enum(['pass', 'fail', 'inconclusive', 'invalid']),
  reasons: z.array(reasonSchema).max(10_000),
  alpha: z.number().min(0).lt(1).nullable(),
  budget: z
    .strictObject({
      testSet: shortText,
      step: z.int().min(1).nullable(),
      steps: z.int().min(1),
      promotions: count,
      maxPromotions: z.int().min(1),
    })
    .nullable(),
  read: z.strictObject({
    question: digest.nullable(),
    candidate: digest,
    baseline: digest.nullable(),
    predictions: z.strictObject({ candidate: digest.nullable(), baseline: digest.nullable() }),
    testSet: digest.nullable(),
  }),
  policy: policySchema,
  criteria: z.array(criterionSchema).max(10_000),
  control: z.strictObject({ tried: count, passed: count, broken: z.boolean() }).nullable(),
  worse: z.array(z.strictObject({ criterion: shortText, slice: shortText, p: z.number() })).max(10_000),
});

const codec = documentCodec({
  name: 'verdict',
  formatVersion: 1,
  schema: verdictSchema,
  fix: 'Run the gate again: an answer that was given is found by its question and costs no step.',
});

/** @throws MlError ERR_ML_DOCUMENT_INVALID for a document that decodeVerdict would refuse. */
export const encodeVerdict = (verdict: Verdict): Buffer => codec.encode(verdict);

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export const decodeVerdict = (bytes: Uint8Array): Verdict => codec.decode(bytes);
