import { digestOf, hexOf, messageOf } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import {
  decodeAttestation,
  decodeIndex,
  decodeModelConfig,
  decodeModelManifest,
  emptyBytes,
  encodeIndex,
  layoutBytes,
} from './bundle-documents.js';
import type { BundleFile, Descriptor, ModelDescription } from './bundle-documents.js';
import type { BundleSource } from './bundle-source.js';
import { openEnvelope } from './envelope.js';
import { decodeExample } from './example.js';
import type { ExampleRequest } from './example.js';
import * as limit from './limits.js';
import { damaged, malformed, notServable, otherSubject } from './refusals.js';
import { servingCodec } from './serving.js';
import type { Serving } from './serving.js';
import type { TrustedKey } from './signing-keys.js';
import { subjectOf } from './statement.js';
import type { Statement } from './statement.js';

export interface VerifyOptions {
  /** Whose signature is believed: where it is not empty, one of them must have signed. Said by whoever loads, never by the bundle. */
  readonly trustedKeys: readonly TrustedKey[];
  /** The digest that the bundle must have, where one is known: of the registry, of a release. */
  readonly expected?: Digest | undefined;
}

/** A bundle of which every byte was read and found right. */
export interface VerifiedBundle {
  /** Of the model's manifest: the name of the bundle. */
  readonly digest: Digest;
  readonly model: ModelDescription;
  readonly serving: Serving;
  readonly example: ExampleRequest;
  /** By path. */
  readonly files: readonly BundleFile[];
  readonly statement: Statement;
  /** Ids of the trusted keys that signed; none where none were given. */
  readonly signedBy: readonly string[];
  /** Ids of the keys that are said to have signed. */
  readonly claimed: readonly string[];
}

export const servingPath = 'serving.json';
export const examplePath = 'example.json';
export const layoutPath = 'oci-layout';
export const indexPath = 'index.json';

/** Where the bytes of a digest lie in a bundle's folder. */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/**
 * Reads all of a bundle and believes none of it before it was found right: the layout, every document, each path, digest and
 * size, what the attestation is about, and where keys are trusted a signature by one of them. What is there beyond what is named is refused.
 *
 * @throws MlError ERR_ML_BUNDLE_LAYOUT, ERR_ML_BUNDLE_DAMAGED, ERR_ML_BUNDLE_PATH, ERR_ML_BUNDLE_SUBJECT, ERR_ML_BUNDLE_UNSIGNED,
 * ERR_ML_BUNDLE_SIGNATURE, ERR_ML_BUNDLE_SERVING
 */
export async function verifySource(source: BundleSource, options: VerifyOptions): Promise<VerifiedBundle> {
  const read = await readSource(source, options);
  await refuseStrangers(source, read);
  for (const { digest, size, path } of distinct(read.bundle.files)) {
    const found = await source.measure(blobPath(digest));
    if (found.digest !== digest || found.size !== size)
      throw damaged(`${path} has the digest ${found.digest}, and its manifest says ${digest}`);
  }
  return read.bundle;
}

interface ReadBundle {
  readonly bundle: VerifiedBundle;
  /** Digests of the documents beside the files. */
  readonly documents: readonly Digest[];
}

/** All but the bytes of the files. */
async function readSource(
  source: BundleSource,
  { trustedKeys, expected }: VerifyOptions,
): Promise<ReadBundle> {
  if (!(await source.read(layoutPath, 1024)).equals(layoutBytes))
    throw malformed('oci-layout is not of version 1.0.0');
  const index = await source.read(indexPath, limit.maxIndex);
  const { model, attestation } = decodeIndex(index);
  if (expected !== undefined && model.digest !== expected)
    throw otherSubject(`it is ${model.digest}, and ${expected} was asked for`);
  const { config, files } = decodeModelManifest(await document(source, model, limit.maxManifest));
  const description = decodeModelConfig(await document(source, config, limit.maxConfig), files);
  const signed = decodeAttestation(await document(source, attestation, limit.maxAttestation));
  if (!encodeIndex(signed.subject, attestation).equals(index))
    throw otherSubject(`its attestation is about ${signed.subject.digest}, not ${model.digest}`);
  const envelope = openEnvelope(await document(source, signed.envelope, limit.maxEnvelope), trustedKeys);
  if (subjectOf(envelope.statement) !== model.digest)
    throw otherSubject(`what is attested is ${subjectOf(envelope.statement)}, not ${model.digest}`);
  const empty = await source.read(blobPath(digestOf(emptyBytes)), emptyBytes.length);
  if (!empty.equals(emptyBytes)) throw damaged('the empty document is not empty');
  const documents = [model, config, attestation, signed.envelope].map(({ digest }) => digest);
  const serving = readServing(await fileAt(source, files, servingPath, limit.maxServing));
  refuseMissing(serving, files);
  const example = decodeExample(
    await fileAt(source, files, examplePath, limit.maxExample),
    serving.signature,
  );
  return {
    bundle: { digest: model.digest, model: description, serving, example, files, ...envelope },
    documents: [...documents, digestOf(emptyBytes)],
  };
}

async function document(source: BundleSource, { digest, size }: Descriptor, most: number): Promise<Buffer> {
  if (size > most) throw malformed(`a document of ${String(size)} bytes, more than ${String(most)}`);
  const bytes = await source.read(blobPath(digest), most);
  if (bytes.length !== size || digestOf(bytes) !== digest)
    throw damaged(`what should be ${digest} has the digest ${digestOf(bytes)}`);
  return bytes;
}

function fileAt(
  source: BundleSource,
  files: readonly BundleFile[],
  path: string,
  most: number,
): Promise<Buffer> {
  const file = files.find((each) => each.path === path);
  if (file === undefined) throw malformed(`it has no ${path}`);
  return document(source, file, most);
}

function readServing(bytes: Buffer): Serving {
  try {
    return servingCodec.decode(bytes);
  } catch (cause) {
    throw malformed(messageOf(cause), cause);
  }
}

/** What the serving definition names is in the bundle. */
function refuseMissing({ runtime }: Serving, files: readonly BundleFile[]): void {
  const { kind } = runtime;
  const isThere =
    kind === 'onnx'
      ? files.some(({ path }) => path === runtime.file)
      : files.some(({ path }) => path.startsWith(`${runtime.folder}/`));
  const name = kind === 'onnx' ? runtime.file : runtime.folder;
  if (!isThere)
    throw notServable(`The bundle is served from ${name}, which is not in it`, 'Package the model again.');
}

/** What nobody named, nobody has looked at. */
async function refuseStrangers(source: BundleSource, { bundle, documents }: ReadBundle): Promise<void> {
  const named = [...bundle.files.map(({ digest }) => digest), ...documents].map(blobPath);
  const paths = new Set([layoutPath, indexPath, ...named]);
  const found = await source.list(paths.size);
  const stranger = found.find(({ path }) => !paths.has(path));
  if (stranger !== undefined)
    throw malformed(`it holds ${JSON.stringify(stranger.path)}, which it does not name`);
}

function distinct(files: readonly BundleFile[]): readonly BundleFile[] {
  return [...new Map(files.map((file) => [`${file.digest} ${String(file.size)}`, file])).values()];
}
