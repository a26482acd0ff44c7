import { generateKeyPairSync } from 'node:crypto';

import { digestOf, documentBytes } from '../../kernel/index.js';
import { buildBundle } from '../build-bundle.js';
import type { BundleFile } from '../bundle-documents.js';
import { fileTypes } from '../media-types.js';
import type { FileType } from '../media-types.js';
import { servingCodec } from '../serving.js';
import type { Serving } from '../serving.js';
import { parseSigningKey, parseTrustedKey } from '../signing-keys.js';
import type { SigningKey, TrustedKey } from '../signing-keys.js';
import type { Provenance } from '../statement.js';
import { blobPath } from '../verify.js';
import { MemorySource } from './memory-source.js';

export const smallServing: Serving = {
  formatVersion: 1,
  name: 'spam',
  signature: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
  },
  runtime: { kind: 'onnx', file: 'model/m.onnx', batch: { maxRows: 8, maxDelay: 2 } },
};

export const smallExample = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [0.5, 1] }] };

export const smallProvenance: Provenance = {
  buildDefinition: {
    buildType: 'https://example.org/build',
    externalParameters: { model: 'spam' },
    resolvedDependencies: [{ name: 'a', digest: { sha256: 'a'.repeat(64) } }],
  },
  runDetails: { builder: { id: 'https://example.org/builder' } },
};

export interface SmallBundleOptions {
  readonly key?: SigningKey | undefined;
  readonly serving?: Buffer;
  readonly example?: Buffer;
  /** Files beyond those that every bundle has. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** A bundle of a few hundred bytes, in memory. */
export function smallBundle({ key, serving, example, extra = {} }: SmallBundleOptions = {}): {
  readonly source: MemorySource;
  readonly digest: string;
} {
  const contents: readonly (readonly [string, Buffer, FileType])[] = [
    ['model/m.onnx', Buffer.from('weights'), fileTypes.weight],
    ['serving.json', serving ?? servingCodec.encode(smallServing), fileTypes.config],
    ['example.json', example ?? documentBytes(smallExample), fileTypes.config],
    ['README.md', Buffer.from('# spam\n'), fileTypes.doc],
    ...Object.entries(extra).map(([path, text]) => [path, Buffer.from(text), fileTypes.doc] as const),
  ];
  const files: BundleFile[] = contents.map(([path, bytes, mediaType]) => ({
    path,
    digest: digestOf(bytes),
    size: bytes.length,
    mediaType,
  }));
  const { digest, documents } = buildBundle({
    model: { name: 'spam' },
    files,
    provenance: smallProvenance,
    key,
  });
  const all = [
    ...documents.map(({ path, bytes }) => [path, bytes] as const),
    ...contents.map(([, bytes]) => [blobPath(digestOf(bytes)), bytes] as const),
  ];
  return { source: new MemorySource(new Map(all)), digest };
}

export function newKey(): { readonly signing: SigningKey; readonly trusted: TrustedKey } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const signing = parseSigningKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return { signing, trusted: parseTrustedKey(signing.publicKey) };
}
