import {
  decodePayload,
  digest,
  formatVersion1,
  metrics,
  objectRef,
  revisionKeys,
  seed,
  shortText,
} from '../documents/index.js';
import type { Revision } from '../documents/index.js';
import { isJsonObject } from '../kernel/index.js';
import type { Digest, JsonObject } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import type { ObjectRef } from '../store/index.js';

/** The alias that the gate compares with. */
export const champion = 'champion';

/** One entry of a project's aliases: from here on the alias stands for this model. */
export interface AliasEntry {
  readonly formatVersion: 1;
  /** `champion`. */
  readonly alias: string;
  /** ISO 8601 in UTC, to the millisecond. */
  readonly at: string;
  readonly model: ObjectRef;
  /** The seed it was trained with. */
  readonly seed: number | null;
  /** Parameters of its evaluation: it is evaluated with them for as long as it is the accepted model. */
  readonly params: JsonObject;
  /** What it answered when it was accepted. */
  readonly predictions: ObjectRef;
  /** The test set that those answers are of. */
  readonly testSet: Digest;
  /** What it was measured at then: flat metrics of its evaluation. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The question that the gate was asked, and what came of it: a pass, an override with its reason, or floors alone. */
  readonly question: Digest;
  readonly because: 'pass' | 'override';
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly revision?: Revision | undefined;
}

const schema: z.ZodType<AliasEntry> = z.strictObject({
  formatVersion: formatVersion1,
  alias: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  at: z.iso.datetime({ precision: 3 }),
  model: objectRef,
  seed,
  params: z.custom<JsonObject>((value) => isJsonObject(value), 'not a JSON object'),
  predictions: objectRef,
  testSet: digest,
  metrics,
  question: digest,
  because: z.enum(['pass', 'override']),
  by: shortText.optional(),
  reason: shortText.optional(),
  revision: z.strictObject(revisionKeys).optional(),
});

/** The payload of a journal entry. @throws MlError ERR_ML_DOCUMENT_INVALID */
export function encodeAliasEntry(entry: AliasEntry): JsonObject {
  return JSON.parse(JSON.stringify(decodeAliasEntry(entry))) as JsonObject;
}

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export function decodeAliasEntry(payload: unknown): AliasEntry {
  return decodePayload(schema, payload, {
    what: 'An entry of a model’s aliases',
    fix: 'Restore the journal from a backup of the store.',
  });
}
