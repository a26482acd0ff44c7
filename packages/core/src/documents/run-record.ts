import type { Digest } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import { documentCodec } from './codec.js';
import { digest, formatVersion1, project, seed, shortText, step } from './document-fields.js';
import { revisionKeys } from './history-entry.js';
import type { StepName } from './document-fields.js';

/** Who ran what, when and where: for people and for cost estimates. Never an input of anything. */
export interface RunRecord {
  readonly formatVersion: 1;
  /** The run key. */
  readonly key: Digest;
  readonly project: string;
  readonly step: StepName;
  readonly seed: number | null;
  /** ISO 8601 in UTC, to the millisecond: `2026-01-31T12:00:00.000Z`. */
  readonly startedAt: string;
  /** Whole milliseconds. */
  readonly durationMs: number;
  readonly host: string;
  /** `linux-x64`. */
  readonly platform: string;
  /** Name of the engine that ran the command: `local`. */
  readonly engine: string;
  /** The command's output, as a stored file. */
  readonly log: Digest;
  /** Short id of the parameter set: runs of a step that share it differ by seed, code, data or environment. */
  readonly paramsId?: string | undefined;
  /** The commit that was checked out, where there was one. */
  readonly commit?: string | undefined;
  /** Its branch, where one was checked out. */
  readonly branch?: string | undefined;
  /** Files differed from the commit, or were not in it. */
  readonly dirty?: boolean | undefined;
}

const schema: z.ZodType<RunRecord> = z.strictObject({
  formatVersion: formatVersion1,
  key: digest,
  project,
  step,
  seed,
  startedAt: z.iso.datetime({ precision: 3 }),
  durationMs: z.int().min(0),
  host: shortText,
  platform: shortText,
  engine: shortText,
  log: digest,
  paramsId: z
    .string()
    .regex(/^[0-9a-f]{12}$/)
    .optional(),
  commit: revisionKeys.commit.optional(),
  branch: revisionKeys.branch.optional(),
  dirty: revisionKeys.dirty.optional(),
});

const codec = documentCodec({
  name: 'run record',
  formatVersion: 1,
  schema,
  fix: 'Nothing depends on a run record: remove the damaged one.',
});

/** @throws MlError ERR_ML_DOCUMENT_INVALID for a document that decodeRunRecord would refuse. */
export const encodeRunRecord = (record: RunRecord): Buffer => codec.encode(record);

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export const decodeRunRecord = (bytes: Uint8Array): RunRecord => codec.decode(bytes);
