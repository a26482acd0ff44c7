import { generateKeyPairSync } from 'node:crypto';

import { blobPath, buildBundle, fileTypes, parseSigningKey, servingCodec } from '@nx-ml/core/bundle';
import type { ServingRuntime, SigningKey } from '@nx-ml/core/bundle';
import { digestOf, documentBytes } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import { exampleRow, faultyProgram } from './faulty-program.js';
import type { Fault } from './faulty-program.js';

/** What a bundle of the model `m` is made of: rows of two numbers to one. */
export interface ServiceBundle {
  /** For people; makes a version another only where its files do. */
  readonly name: string;
  readonly runtime: ServingRuntime;
  /** By the path in the bundle. */
  readonly files: Readonly<Record<string, Buffer>>;
  /** Numbers of the example's row. */
  readonly example?: readonly number[];
  readonly key?: SigningKey | undefined;
}

/** A model as a process. @param name is among its files, and so makes one version another */
export function faultyBundle(name: string, fault?: Fault, key?: SigningKey): ServiceBundle {
  return {
    name,
    runtime: { kind: 'command', command: `exec "${process.execPath}" server.cjs`, folder: 'code' },
    files: {
      'code/server.cjs': Buffer.from(faultyProgram),
      'code/faults.json': Buffer.from(JSON.stringify({ name, ...fault })),
    },
    key,
  };
}

/** The files of a bundle by their paths, and what it is known by. */
export function bundleFiles({ runtime, files, example = exampleRow, key }: ServiceBundle): {
  readonly digest: Digest;
  readonly files: ReadonlyMap<string, Uint8Array>;
} {
  const tensor = (name: string, shape: number[]) => ({ name, datatype: 'FP32', shape }) as const;
  const signature = { inputs: [tensor('x', [-1, example.length])], outputs: [tensor('y', [-1])] };
  const asked = { inputs: [{ ...tensor('x', [1, example.length]), data: example }] };
  const contents = [
    ...Object.entries(files).map(([path, bytes]) => [path, bytes, fileTypes.code] as const),
    [
      'serving.json',
      servingCodec.encode({ formatVersion: 1, name: 'm', signature, runtime }),
      fileTypes.config,
    ],
    ['example.json', documentBytes(asked), fileTypes.config],
    ['README.md', Buffer.from('# m\n'), fileTypes.doc],
  ] as const;
  const { digest, documents } = buildBundle({
    model: { name: 'm' },
    files: contents.map(([path, bytes, mediaType]) => ({
      path,
      digest: digestOf(bytes),
      size: bytes.length,
      mediaType,
    })),
    provenance: {
      buildDefinition: {
        buildType: 'https://example.org/build',
        externalParameters: {},
        resolvedDependencies: [],
      },
      runDetails: { builder: { id: 'https://example.org/builder' } },
    },
    key,
  });
  const blobs = contents.map(([, bytes]) => [blobPath(digestOf(bytes)), bytes] as const);
  return {
    digest,
    files: new Map([...documents.map(({ path, bytes }) => [path, bytes] as const), ...blobs]),
  };
}

/** A key to sign with; `publicKey` names it to those who trust it. */
export function newSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return parseSigningKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}
