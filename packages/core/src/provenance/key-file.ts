import { canonicalJson, documentBytes, isDigest, isJsonObject, MlError, parseJson } from '../kernel/index.js';
import type { Digest, JsonObject } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import type { RunKey, RunKeyDocument } from './run-key.js';

/** What a step's manifest was made under: the key of each run, and what it is the digest of. */
export interface KeyFile {
  readonly formatVersion: 1;
  readonly project: string;
  readonly step: string;
  readonly runs: readonly KeyFileRun[];
}

export interface KeyFileRun {
  readonly seed: number | null;
  readonly key: RunKey;
  readonly document: RunKeyDocument;
}

const digest = z.custom<Digest>((value) => isDigest(value), 'not a digest');
const texts = z.record(z.string(), z.string());

const runKeyDocument: z.ZodType<RunKeyDocument> = z.strictObject({
  formatVersion: z.literal(1),
  project: z.string(),
  step: z.string(),
  command: z.string(),
  code: z.array(z.strictObject({ path: z.string(), digest })),
  inputs: z.record(
    z.string(),
    z.strictObject({ kind: z.enum(['data', 'model']), project: z.string(), digest }),
  ),
  params: z.custom<JsonObject>((value) => isJsonObject(value), 'not an object'),
  seed: z.number().nullable(),
  environment: z.strictObject({
    platform: z.string(),
    accelerator: z.string(),
    interpreters: texts,
    packages: texts,
    env: z.record(z.string(), z.string().nullable()),
  }),
});

const keyFile: z.ZodType<KeyFile> = z.strictObject({
  formatVersion: z.literal(1),
  project: z.string(),
  step: z.string(),
  runs: z.array(
    z.strictObject({
      seed: z.number().nullable(),
      key: z.custom<RunKey>((value) => isDigest(value), 'not a digest'),
      document: runKeyDocument,
    }),
  ),
});

export function encodeKeyFile(file: KeyFile): Buffer {
  return documentBytes(file);
}

/** @returns undefined for what is no key file of this format: the step then counts as never run here. */
export function decodeKeyFile(text: string): KeyFile | undefined {
  return keyFile.safeParse(parseJson(text)).data;
}

/** The keys alone, read without checking what they are made of: enough to tell whether a manifest still stands. */
export function keysIn(text: string): readonly Digest[] {
  const value = parseJson(text);
  const runs = isJsonObject(value) && Array.isArray(value['runs']) ? (value['runs'] as unknown[]) : [];
  return runs.flatMap((run) => (isJsonObject(run) && isDigest(run['key']) ? [run['key']] : []));
}

/** The bytes whose digest is the run key, so that the document can be stored under its own key. */
export function encodeRunKeyDocument(document: RunKeyDocument): Buffer {
  return Buffer.from(canonicalJson(document), 'utf8');
}

/** @throws MlError ERR_ML_DOCUMENT_INVALID */
export function decodeRunKeyDocument(bytes: Uint8Array): RunKeyDocument {
  const result = runKeyDocument.safeParse(parseJson(Buffer.from(bytes).toString('utf8')));
  if (result.success) return result.data;
  throw new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `A run key document was refused: ${result.error.issues[0]?.message ?? 'invalid'}`,
    fix: 'It may come from a newer nx-ml: upgrade it in this workspace.',
  });
}
