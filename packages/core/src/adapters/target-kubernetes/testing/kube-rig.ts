import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { blobPath, buildBundle, fileTypes, servingCodec } from '../../../bundle/index.js';
import { releaseId } from '../../../deploy/index.js';
import type { Release } from '../../../deploy/index.js';
import type { StageableRelease } from '../../../deploy/testing/target-rig.js';
import { digestOf, documentBytes } from '../../../kernel/index.js';
import type { Digest } from '../../../kernel/index.js';
import { KubernetesTarget } from '../kubernetes-target.js';
import type { KubernetesSettings } from '../settings.js';
import { FakeCluster, hexOf } from './fake-cluster.js';

const served = {
  formatVersion: 1,
  name: 'm',
  signature: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [1] }],
  },
  runtime: { kind: 'onnx', file: 'model/m.onnx' },
} as const;

export const settings: KubernetesSettings = {
  kind: 'deployment',
  namespace: 'ml',
  name: 'mail-api',
  bundle: 'oci://registry.example/models/{model}@{digest}',
  image: 'registry.example/server:1',
  port: 8080,
  replicas: 2,
  format: 'onnx',
  leaseImage: 'registry.example/kubectl:1',
};

/** A cluster that pretends, and releases to deploy there. */
export class KubeRig {
  readonly cluster = new FakeCluster();
  readonly folder = fs.mkdtempSync(join(tmpdir(), 'nx-ml-kube-'));
  readonly #ids = new Map<string, Digest>();

  constructor(readonly kind: KubernetesSettings['kind']) {}

  async open(): Promise<this> {
    await this.cluster.open();
    return this;
  }

  settings(): KubernetesSettings {
    const query = (what: string) => `${what}{{revision}}`;
    const url = `${this.cluster.url}/prometheus`;
    const prometheus = { url, requests: query('requests'), errors: query('errors'), slow: query('slow') };
    return { ...settings, kind: this.kind, prometheus };
  }

  target(given: Partial<KubernetesSettings> = {}, token = 'a token'): KubernetesTarget {
    const pause = (milliseconds: number): Promise<void> => {
      this.cluster.now += milliseconds;
      return Promise.resolve();
    };
    return new KubernetesTarget(
      { server: this.cluster.url, token },
      { ...this.settings(), ...given },
      { now: () => this.cluster.now, pause },
    );
  }

  release(name: string, fault?: string): StageableRelease {
    const bundle = join(this.folder, name);
    const digest = writeBundle(bundle, name);
    if (fault !== undefined) this.cluster.broken.add(hexOf(digest));
    const release: Release = { formatVersion: 1, service: 's', models: { m: digest }, config: {} };
    const id = releaseId(release);
    this.#ids.set(hexOf(digest), id).set(hexOf(id).slice(0, 10), id);
    return { id, release, bundles: { m: bundle } };
  }

  ask(count: number): (Digest | null)[] {
    return Array.from({ length: count }, (_, unit) => {
      return this.#ids.get(this.cluster.ask(settings.name, unit) ?? '') ?? null;
    });
  }

  async close(): Promise<void> {
    await this.cluster.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function writeBundle(folder: string, weights: string): Digest {
  const contents = [
    ['model/m.onnx', Buffer.from(weights), fileTypes.weight],
    ['serving.json', servingCodec.encode(served), fileTypes.config],
    [
      'example.json',
      documentBytes({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [0.5] }] }),
      fileTypes.config,
    ],
  ] as const;
  const files = contents.map(([path, bytes, mediaType]) => {
    return { path, digest: digestOf(bytes), size: bytes.length, mediaType };
  });
  const provenance = {
    buildDefinition: {
      buildType: 'https://example.org/build',
      externalParameters: {},
      resolvedDependencies: [],
    },
    runDetails: { builder: { id: 'https://example.org/builder' } },
  };
  const { digest, documents } = buildBundle({ model: { name: 'm' }, files, provenance });
  const blobs = contents.map(([, bytes]) => ({ path: blobPath(digestOf(bytes)), bytes }));
  for (const { path, bytes } of [...documents, ...blobs]) {
    fs.mkdirSync(dirname(join(folder, path)), { recursive: true });
    fs.writeFileSync(join(folder, path), bytes);
  }
  return digest;
}
