import { digest, formatVersion1, project, shortText } from '../documents/document-fields.js';
import type { Digest, JsonObject } from '../kernel/index.js';
import { decodePayload } from '../documents/payload.js';
import * as z from '../kernel/zod.js';
import type { Disclosure } from './policy.js';

/** Payloads of the journal of a test set. docs/design/gate.md tells what each means. */
export type BudgetEntry = OpenEntry | StepEntry | OverrideEntry | RetireEntry;

interface Entry {
  readonly formatVersion: 1;
  /** ISO 8601 in UTC, to the millisecond. */
  readonly at: string;
}

/** What the set may be asked until it is retired. */
export interface OpenEntry extends Entry {
  readonly type: 'open';
  readonly steps: number;
  readonly promotions: number;
  readonly alpha: number;
  /** What was shown of the set binds all later steps: who has seen scores cannot go back to one bit. */
  readonly disclosure: Disclosure;
}

/** A question and its answer at once. */
export interface StepEntry extends Entry {
  readonly type: 'step';
  readonly project: string;
  /** What was asked: questionOf. */
  readonly question: Digest;
  /** The content of the test set that answered. */
  readonly testSet: Digest;
  readonly passed: boolean;
  /** The stored verdict. */
  readonly verdict: Digest;
  /** The version of the judgement that gave the answer; 1 where it is absent. */
  readonly judgement?: number | undefined;
  /** There was no accepted model: floors alone decided. */
  readonly first?: boolean | undefined;
}

/** Somebody lets a candidate through without a pass. */
export interface OverrideEntry extends Entry {
  readonly type: 'override';
  readonly project: string;
  readonly question: Digest;
  readonly verdict: Digest;
  readonly reason: string;
  readonly by: string;
}

/** The set is used up: none of these contents may be opened again. */
export interface RetireEntry extends Entry {
  readonly type: 'retire';
  readonly reason: string;
  readonly by: string;
  readonly testSets: readonly Digest[];
}

const at = z.iso.datetime({ precision: 3 });
const count = z.int().min(1).max(1_000_000);
const said = { reason: shortText, by: shortText };

const schema: z.ZodType<BudgetEntry> = z.discriminatedUnion('type', [
  z
    .strictObject({
      formatVersion: formatVersion1,
      type: z.literal('open'),
      at,
      steps: count,
      promotions: count,
      alpha: z.number().gt(0).lt(1),
      disclosure: z.enum(['bit', 'full']),
    })
    .refine(({ steps, promotions }) => promotions <= steps, 'more promotions than steps'),
  z.strictObject({
    formatVersion: formatVersion1,
    type: z.literal('step'),
    at,
    project,
    question: digest,
    testSet: digest,
    passed: z.boolean(),
    verdict: digest,
    judgement: count.optional(),
    first: z.boolean().optional(),
  }),
  z.strictObject({
    formatVersion: formatVersion1,
    type: z.literal('override'),
    at,
    project,
    question: digest,
    verdict: digest,
    ...said,
  }),
  z.strictObject({
    formatVersion: formatVersion1,
    type: z.literal('retire'),
    at,
    ...said,
    testSets: z.array(digest).max(2000),
  }),
]);

/**
 * The payload of a journal entry.
 * @throws MlError ERR_ML_DOCUMENT_INVALID for what decodeBudgetEntry would refuse.
 */
export function encodeBudgetEntry(entry: BudgetEntry): JsonObject {
  return JSON.parse(JSON.stringify(decodeBudgetEntry(entry))) as JsonObject;
}

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export function decodeBudgetEntry(payload: unknown): BudgetEntry {
  return decodePayload(schema, payload, {
    what: 'An entry of a test set’s budget',
    fix: 'Restore the journal from a copy; if it is lost, take a new test set and open a budget for it.',
  });
}
