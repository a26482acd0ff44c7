import * as fs from 'node:fs';
import { dirname, join } from 'node:path';

import { blobPath, buildBundle, fileTypes, servingCodec } from '@nx-ml/core/bundle';
import { digestOf, documentBytes } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

const served = {
  formatVersion: 1,
  name: 'spam',
  signature: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
  },
  runtime: { kind: 'onnx', file: 'model/m.onnx' },
} as const;
const example = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [0.5, 1] }] };

/** Writes a bundle of a few hundred bytes, which is whole but would not load. @returns the digest of its manifest */
export function writeSmallBundle(folder: string): Digest {
  const contents = [
    ['model/m.onnx', Buffer.from('weights'), fileTypes.weight],
    ['serving.json', servingCodec.encode(served), fileTypes.config],
    ['example.json', documentBytes(example), fileTypes.config],
    ['README.md', Buffer.from('# spam\n'), fileTypes.doc],
  ] as const;
  const files = contents.map(([path, bytes, mediaType]) => {
    return { path, digest: digestOf(bytes), size: bytes.length, mediaType };
  });
  const provenance = {
    buildDefinition: {
      buildType: 'https://example.org/build',
      externalParameters: { model: 'spam' },
      resolvedDependencies: [],
    },
    runDetails: { builder: { id: 'https://example.org/builder' } },
  };
  const { digest, documents } = buildBundle({ model: { name: 'spam' }, files, provenance });
  for (const { path, bytes } of [
    ...documents,
    ...contents.map(([, bytes]) => ({ path: blobPath(digestOf(bytes)), bytes })),
  ]) {
    fs.mkdirSync(dirname(join(folder, path)), { recursive: true });
    fs.writeFileSync(join(folder, path), bytes);
  }
  return digest;
}
