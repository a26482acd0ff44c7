import { checkPathSet, compareText, digestOf, documentBytes } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { digest } from '../documents/index.js';
import * as z from '../kernel/zod.js';
import { maxAttestation, maxConfig, maxFiles, maxIndex, maxManifest } from './limits.js';
import {
  attestationType,
  emptyType,
  envelopeType,
  fileTypes,
  indexType,
  manifestType,
  metadataAnnotation,
  modelArtifactType,
  modelConfigType,
  modelTag,
  pathAnnotation,
  tagAnnotation,
  titleAnnotation,
} from './media-types.js';
import type { FileType } from './media-types.js';
import { malformed, unsafeFile } from './refusals.js';
import { readStrict } from './strict-json.js';

/** One file that a bundle holds. */
export interface BundleFile {
  /** Relative, with `/`: `model/weights.onnx`. */
  readonly path: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: FileType;
}

/** Bytes that an OCI document names. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string | undefined;
}

/** What ModelPack readers are told of a model beside its files. */
export interface ModelDescription {
  readonly name: string;
  readonly description?: string | undefined;
  /** SPDX expressions. */
  readonly licenses?: readonly string[] | undefined;
  /** `onnx`, `sklearn`, ... */
  readonly format?: string | undefined;
}

export const layoutBytes = documentBytes({ imageLayoutVersion: '1.0.0' });
/** The OCI empty document: the configuration of what has none. */
export const emptyBytes = Buffer.from('{}');

const size = z.int().min(0);
const ref = { digest, size };

const layerSchema = z.strictObject({
  ...ref,
  mediaType: z.enum(Object.values(fileTypes)),
  annotations: z.strictObject({
    [pathAnnotation]: z.string(),
    [metadataAnnotation]: z.string(),
    [titleAnnotation]: z.string(),
  }),
});

const manifestSchema = z.strictObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal(manifestType),
  artifactType: z.literal(modelArtifactType),
  config: z.strictObject({ ...ref, mediaType: z.literal(modelConfigType) }),
  layers: z.array(layerSchema).min(1).max(maxFiles),
});

/** @throws MlError ERR_ML_BUNDLE_PATH for paths that cannot stand together everywhere; ERR_ML_BUNDLE_LAYOUT for too many. */
export function encodeModelManifest(files: readonly BundleFile[], config: Descriptor): Buffer {
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
  checkPaths(sorted);
  const bytes = documentBytes({
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: modelArtifactType,
    config,
    layers: sorted.map(layerOf),
  });
  if (sorted.length > maxFiles || bytes.length > maxManifest)
    throw malformed(`it would have ${String(sorted.length)} files, more than fit into a manifest`);
  return bytes;
}

/** @throws MlError ERR_ML_BUNDLE_LAYOUT, ERR_ML_BUNDLE_PATH */
export function decodeModelManifest(bytes: Uint8Array): {
  readonly config: Descriptor;
  readonly files: readonly BundleFile[];
} {
  const kind = { name: 'the manifest of the model', schema: manifestSchema, limit: maxManifest };
  const { config, layers } = readStrict(bytes, kind);
  const files = layers.map((layer) => ({
    path: layer.annotations[pathAnnotation],
    digest: layer.digest,
    size: layer.size,
    mediaType: layer.mediaType,
  }));
  checkPaths(files);
  if (!encodeModelManifest(files, config).equals(bytes))
    throw malformed('the manifest of the model says more of its files than their paths, digests and sizes');
  return { config, files };
}

function checkPaths(files: readonly BundleFile[]): void {
  try {
    checkPathSet(files.map(({ path }) => path));
  } catch (cause) {
    throw unsafeFile(cause instanceof Error ? cause.message : '', cause);
  }
}

/** The same on every machine: the time and the owner of a file say nothing about a model. */
function layerOf({ path, digest, size, mediaType }: BundleFile): object {
  const metadata = {
    name: path,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size,
    mtime: '1970-01-01T00:00:00Z',
    typeflag: '0'.charCodeAt(0),
  };
  const annotations = {
    [pathAnnotation]: path,
    [metadataAnnotation]: JSON.stringify(metadata),
    [titleAnnotation]: path,
  };
  return { mediaType, digest, size, annotations };
}

const text = z.string().min(1).max(4000);
const configSchema = z.strictObject({
  descriptor: z.strictObject({
    name: text,
    description: text.optional(),
    licenses: z.array(text).max(20).optional(),
  }),
  config: z.strictObject({ format: text.optional() }),
  modelfs: z.strictObject({ type: z.literal('layers'), diffIds: z.array(digest).min(1).max(maxFiles) }),
});

/** @param files in the order of the manifest's layers: by path */
export function encodeModelConfig(model: ModelDescription, files: readonly BundleFile[]): Buffer {
  const { name, description, licenses, format } = model;
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
  return documentBytes({
    descriptor: { name, description, licenses },
    config: { format },
    modelfs: { type: 'layers', diffIds: sorted.map(({ digest }) => digest) },
  });
}

/** @throws MlError ERR_ML_BUNDLE_LAYOUT, also where it lists other files than the manifest */
export function decodeModelConfig(bytes: Uint8Array, files: readonly BundleFile[]): ModelDescription {
  const kind = { name: 'the configuration of the model', schema: configSchema, limit: maxConfig };
  const { descriptor, config } = readStrict(bytes, kind);
  const model = { ...descriptor, ...config };
  if (!encodeModelConfig(model, files).equals(bytes))
    throw malformed('the configuration of the model lists other files than its manifest');
  return model;
}

/** The manifest of the attestation: it is found by its subject. */
export function encodeAttestation(subject: Descriptor, envelope: Descriptor): Buffer {
  return documentBytes({
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: attestationType,
    config: describe(emptyBytes, emptyType),
    layers: [envelope],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
  });
}

const descriptorSchema = z.strictObject({ ...ref, mediaType: z.string() });
const attestationSchema = z.strictObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal(manifestType),
  artifactType: z.literal(attestationType),
  config: descriptorSchema,
  layers: z.array(z.strictObject({ ...ref, mediaType: z.literal(envelopeType) })).length(1),
  subject: descriptorSchema,
});

/** @returns the subject and the envelope that it names. @throws MlError ERR_ML_BUNDLE_LAYOUT */
export function decodeAttestation(bytes: Uint8Array): {
  readonly subject: Descriptor;
  readonly envelope: Descriptor;
} {
  const kind = { name: 'the manifest of the attestation', schema: attestationSchema, limit: maxAttestation };
  const { subject, layers } = readStrict(bytes, kind);
  const [envelope] = layers;
  if (envelope === undefined || !encodeAttestation(subject, envelope).equals(bytes))
    throw malformed('the manifest of the attestation is another than is written for its envelope');
  return { subject, envelope };
}

/** `index.json`. */
export function encodeIndex(model: Descriptor, attestation: Descriptor): Buffer {
  return documentBytes({
    schemaVersion: 2,
    mediaType: indexType,
    manifests: [
      { ...model, artifactType: modelArtifactType, annotations: { [tagAnnotation]: modelTag } },
      { ...attestation, artifactType: attestationType },
    ],
  });
}

const entrySchema = z.strictObject({
  ...ref,
  mediaType: z.literal(manifestType),
  artifactType: z.string(),
  annotations: z.strictObject({ [tagAnnotation]: z.literal(modelTag) }).optional(),
});
const indexSchema = z.strictObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal(indexType),
  manifests: z.array(entrySchema).length(2),
});

/** @throws MlError ERR_ML_BUNDLE_LAYOUT */
export function decodeIndex(bytes: Uint8Array): {
  readonly model: Descriptor;
  readonly attestation: Descriptor;
} {
  const { manifests } = readStrict(bytes, { name: 'index.json', schema: indexSchema, limit: maxIndex });
  const [model, attestation] = manifests;
  if (model === undefined || attestation === undefined || !encodeIndex(model, attestation).equals(bytes))
    throw malformed('index.json names something else than a model and its attestation');
  return { model, attestation };
}

export function describe(bytes: Uint8Array, mediaType: string): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}
