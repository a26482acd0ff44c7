import type { Digest, JsonObject } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import { digest, formatVersion1, seed, shortText, step } from './document-fields.js';
import type { StepName } from './document-fields.js';
import { decodePayload } from './payload.js';

/** The state of the repository that a run belongs to. */
export interface Revision {
  /** The commit that is checked out. */
  readonly commit: string;
  /** The branch, where one is checked out. */
  readonly branch?: string | undefined;
  /** Files differ from the commit, or are not in it. */
  readonly dirty: boolean;
}

/** Who changed a file last. */
export interface FileCommit {
  readonly commit: string;
  /** First line of its message. */
  readonly subject: string;
}

export const revisionKeys = {
  commit: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
  branch: shortText.optional(),
  dirty: z.boolean(),
};

/** One entry of a project's history: a step came to these runs, which were executed or restored. */
export interface HistoryEntry {
  readonly formatVersion: 1;
  readonly step: StepName;
  /** ISO 8601 in UTC, to the millisecond. */
  readonly at: string;
  readonly revision?: Revision | undefined;
  /** One a seed, by rising seed. */
  readonly runs: readonly { readonly seed: number | null; readonly key: Digest }[];
}

const schema: z.ZodType<HistoryEntry> = z.strictObject({
  formatVersion: formatVersion1,
  step,
  at: z.iso.datetime({ precision: 3 }),
  revision: z.strictObject(revisionKeys).optional(),
  runs: z.array(z.strictObject({ seed, key: digest })).min(1),
});

/** The payload of a journal entry. */
export function encodeHistoryEntry(entry: HistoryEntry): JsonObject {
  return JSON.parse(JSON.stringify(entry)) as JsonObject;
}

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export function decodeHistoryEntry(payload: unknown): HistoryEntry {
  return decodePayload(schema, payload, {
    what: 'A history entry',
    fix: 'Nothing depends on the history: remove its journal.',
  });
}
