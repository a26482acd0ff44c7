import * as z from '../kernel/zod.js';
import type { ObjectRef } from '../store/index.js';
import { documentCodec } from './codec.js';
import { formatVersion1, metrics, outputs } from './document-fields.js';

/** What one run made, as it is published under the run's key. Deterministic: no clock, no host. */
export interface RunResult {
  readonly formatVersion: 1;
  /** `data`, `model`, `files`, `predictions`. */
  readonly outputs: Readonly<Record<string, ObjectRef>>;
  /** Flat, by name. */
  readonly metrics: Readonly<Record<string, number>>;
}

const schema: z.ZodType<RunResult> = z.strictObject({ formatVersion: formatVersion1, outputs, metrics });

const codec = documentCodec({
  name: 'run result',
  formatVersion: 1,
  schema,
  fix: 'Run the step again: a result that cannot be read counts as none.',
});

/** @throws MlError ERR_ML_DOCUMENT_INVALID for a document that decodeRunResult would refuse. */
export const encodeRunResult = (result: RunResult): Buffer => codec.encode(result);

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export const decodeRunResult = (bytes: Uint8Array): RunResult => codec.decode(bytes);
