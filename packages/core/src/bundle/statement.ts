import { digestOf, documentBytes, fromHex, hexOf, isJsonObject } from '../kernel/index.js';
import type { Digest, JsonObject } from '../kernel/index.js';
import * as z from '../kernel/zod.js';
import { maxEnvelope } from './limits.js';
import { readStrict } from './strict-json.js';

/** An input of what was built: SLSA's ResourceDescriptor. */
export interface Dependency {
  readonly name: string;
  readonly digest: { readonly sha256: string };
  readonly annotations?: JsonObject | undefined;
}

/** What made a model: SLSA provenance v1, without its clock. */
export interface Provenance {
  readonly buildDefinition: {
    readonly buildType: string;
    readonly externalParameters: JsonObject;
    readonly resolvedDependencies: readonly Dependency[];
  };
  readonly runDetails: { readonly builder: { readonly id: string } };
}

/** in-toto, version 1: what is claimed of a model's manifest. */
export interface Statement {
  readonly _type: typeof statementType;
  /** One. */
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: typeof provenanceType;
  readonly predicate: Provenance;
}

const statementType = 'https://in-toto.io/Statement/v1';
const provenanceType = 'https://slsa.dev/provenance/v1';

const sha256 = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const jsonObject = z.custom<JsonObject>((value) => isJsonObject(value), 'not a JSON object');
const text = z.string().min(1).max(2000);

const schema: z.ZodType<Statement> = z.strictObject({
  _type: z.literal(statementType),
  subject: z.array(z.strictObject({ name: text, digest: sha256 })).length(1),
  predicateType: z.literal(provenanceType),
  predicate: z.strictObject({
    buildDefinition: z.strictObject({
      buildType: text,
      externalParameters: jsonObject,
      resolvedDependencies: z
        .array(z.strictObject({ name: text, digest: sha256, annotations: jsonObject.optional() }))
        .max(1_000_000),
    }),
    runDetails: z.strictObject({ builder: z.strictObject({ id: text }) }),
  }),
});

export function statementOf(name: string, manifest: Digest, predicate: Provenance): Statement {
  const subject = [{ name, digest: { sha256: hexOf(manifest) } }];
  return { _type: statementType, subject, predicateType: provenanceType, predicate };
}

export function encodeStatement(statement: Statement): Buffer {
  return documentBytes(statement);
}

/** @throws MlError ERR_ML_BUNDLE_LAYOUT */
export function decodeStatement(bytes: Uint8Array): Statement {
  return readStrict(bytes, { name: 'the statement on the model', schema, limit: maxEnvelope });
}

/** What it claims to be about. */
export function subjectOf({ subject: [subject] }: Statement): Digest {
  return fromHex(subject?.digest.sha256 ?? '');
}

/** A dependency of which the document is at hand. */
export function dependencyOn(name: string, bytes: Uint8Array): Dependency {
  return { name, digest: { sha256: hexOf(digestOf(bytes)) } };
}
