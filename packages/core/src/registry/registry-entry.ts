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

/** The alias that the gate compares with, and that is deployed. It moves on evidence alone. */
export const champion = 'champion';

interface Entry {
  readonly formatVersion: 1;
  /** ISO 8601 in UTC, to the millisecond. */
  readonly at: string;
  readonly by?: string | undefined;
  readonly revision?: Revision | undefined;
}

/** A bundle is a version of the model from here on. */
export interface VersionEntry extends Entry {
  readonly type: 'version';
  /** From 1, without a gap. */
  readonly version: number;
  /** The bundle, as the store has it. */
  readonly bundle: ObjectRef;
  /** What it is known by outside: the digest of its manifest. */
  readonly manifest: Digest;
  /** What training left, which the bundle holds byte for byte. */
  readonly model: ObjectRef;
  /** What its evaluation measured; flat. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** From here on this model is the accepted one. */
export interface ChampionEntry extends Entry {
  readonly type: 'champion';
  readonly model: ObjectRef;
  /** Its version; absent where it was accepted before it was packaged. */
  readonly version?: number | undefined;
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
  /** The question that the gate was asked, and its verdict. */
  readonly question: Digest;
  readonly verdict?: Digest | undefined;
  /** What came of it: a pass (for a first model of floors alone), somebody who let it through, or a step back to what was champion before. */
  readonly because: 'pass' | 'override' | 'rollback';
  readonly reason?: string | undefined;
}

/** From here on a name of the team's own stands for this version; null: for none. It claims nothing. */
export interface AliasEntry extends Entry {
  readonly type: 'alias';
  readonly alias: string;
  readonly version: number | null;
  readonly reason?: string | undefined;
}

/** One entry of a model's registry. */
export type RegistryEntry = VersionEntry | ChampionEntry | AliasEntry;

const entryKeys = {
  formatVersion: formatVersion1,
  at: z.iso.datetime({ precision: 3 }),
  by: shortText.optional(),
  revision: z.strictObject(revisionKeys).optional(),
};
const version = z.int().min(1).max(1_000_000);
const aliasName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'not a name such as "staging"');

const versionEntry: z.ZodType<VersionEntry> = z.strictObject({
  ...entryKeys,
  type: z.literal('version'),
  version,
  bundle: objectRef,
  manifest: digest,
  model: objectRef,
  metrics,
});

const championEntry: z.ZodType<ChampionEntry> = z.strictObject({
  ...entryKeys,
  type: z.literal('champion'),
  model: objectRef,
  version: version.optional(),
  seed,
  params: z.custom<JsonObject>((value) => isJsonObject(value), 'not a JSON object'),
  predictions: objectRef,
  testSet: digest,
  metrics,
  question: digest,
  verdict: digest.optional(),
  because: z.enum(['pass', 'override', 'rollback']),
  reason: shortText.optional(),
});

const aliasEntry: z.ZodType<AliasEntry> = z.strictObject({
  ...entryKeys,
  type: z.literal('alias'),
  alias: aliasName.refine((name) => name !== champion, `"${champion}" moves on evidence alone`),
  version: version.nullable(),
  reason: shortText.optional(),
});

const schema: z.ZodType<RegistryEntry> = z.union([versionEntry, championEntry, aliasEntry]);

/** Each kind by its own schema, so that a message names the key that is wrong. */
function schemaOf(payload: unknown): z.ZodType<RegistryEntry> {
  const type = isJsonObject(payload) ? payload['type'] : undefined;
  if (type === 'version') return versionEntry;
  if (type === 'champion') return championEntry;
  return type === 'alias' ? aliasEntry : schema;
}

/** The payload of a journal entry. @throws MlError ERR_ML_DOCUMENT_INVALID */
export function encodeRegistryEntry(entry: RegistryEntry): JsonObject {
  return JSON.parse(JSON.stringify(decodeRegistryEntry(entry))) as JsonObject;
}

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export function decodeRegistryEntry(payload: unknown): RegistryEntry {
  return decodePayload(schemaOf(payload), payload, {
    what: 'An entry of a model’s registry',
    fix: 'Restore the journal from a backup of the store.',
  });
}
