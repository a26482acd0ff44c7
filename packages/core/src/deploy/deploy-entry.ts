import {
  decodePayload,
  digest,
  formatVersion1,
  objectRef,
  revisionKeys,
  shortText,
} from '../documents/index.js';
import type { Revision } from '../documents/index.js';
import { isJsonObject } from '../kernel/index.js';
import type { Digest, JsonObject } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import type { ObjectRef } from '../store/index.js';
import { releaseId } from './release.js';
import type { Release } from './release.js';
import { strategies } from './strategy.js';
import type { Strategy } from './strategy.js';

/** How an attempt ended. docs/design/deploy.md */
export const outcomes = ['promoted', 'rolled-back', 'inconclusive', 'failed', 'abandoned'] as const;
export type Outcome = (typeof outcomes)[number];

/** One entry of the journal of a service in an environment. */
export type DeployEntry = BeginEntry | EndEntry | FoundEntry;

interface Entry {
  readonly formatVersion: 1;
  /** ISO 8601 in UTC, to the millisecond. */
  readonly at: string;
}

/** A roll-out, or a way back, is under way. */
export interface BeginEntry extends Entry {
  readonly type: 'begin';
  readonly release: Digest;
  /** Absent for a way back whose release is known by an earlier entry, or by the target alone. */
  readonly document?: Release | undefined;
  /** The stored bundle of each model: what it names is kept. */
  readonly bundles?: Readonly<Record<string, ObjectRef>> | undefined;
  readonly from: Digest | null;
  readonly strategy: Strategy | 'rollback';
  readonly by: string;
  /** Names the process, for whoever finds that it died. */
  readonly holder: string;
  readonly reason?: string | undefined;
  readonly revision?: Revision | undefined;
}

/** It ended, and this is served now. */
export interface EndEntry extends Entry {
  readonly type: 'end';
  readonly outcome: Outcome;
  readonly serving: Digest | null;
  readonly reason: string;
  /** What was counted, and what that was worth. */
  readonly evidence?: JsonObject | undefined;
}

/** Something else is served than the journal said: somebody went back while it could not be reached, or by other means. */
export interface FoundEntry extends Entry {
  readonly type: 'found';
  readonly serving: Digest | null;
  readonly reason: string;
  readonly by?: string | undefined;
}

const at = z.iso.datetime({ precision: 3 });
const modelName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
const jsonObject = z.custom<JsonObject>((value) => isJsonObject(value), 'not a JSON object');
const serving = digest.nullable();
const reason = z.string().min(1).max(2000);

const release: z.ZodType<Release> = z.strictObject({
  formatVersion: formatVersion1,
  service: shortText,
  models: z.record(modelName, digest),
  config: jsonObject,
});

const schema: z.ZodType<DeployEntry> = z.discriminatedUnion('type', [
  z
    .strictObject({
      formatVersion: formatVersion1,
      type: z.literal('begin'),
      at,
      release: digest,
      document: release.optional(),
      bundles: z.record(modelName, objectRef).optional(),
      from: serving,
      strategy: z.enum([...strategies, 'rollback']),
      by: shortText,
      holder: z.string().max(200),
      reason: reason.optional(),
      revision: z.strictObject(revisionKeys).optional(),
    })
    .refine(
      ({ release: id, document }) => document === undefined || releaseId(document) === id,
      'the release is not that of its document',
    ),
  z.strictObject({
    formatVersion: formatVersion1,
    type: z.literal('end'),
    at,
    outcome: z.enum(outcomes),
    serving,
    reason,
    evidence: jsonObject.optional(),
  }),
  z.strictObject({
    formatVersion: formatVersion1,
    type: z.literal('found'),
    at,
    serving,
    reason,
    by: shortText.optional(),
  }),
]);

/** The payload of a journal entry. @throws MlError ERR_ML_DOCUMENT_INVALID */
export function encodeDeployEntry(entry: DeployEntry): JsonObject {
  return JSON.parse(JSON.stringify(decodeDeployEntry(entry))) as JsonObject;
}

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export function decodeDeployEntry(payload: unknown): DeployEntry {
  return decodePayload(schema, payload, {
    what: 'An entry of a service’s deployments',
    fix: 'Restore the journal from a backup of the store.',
  });
}
