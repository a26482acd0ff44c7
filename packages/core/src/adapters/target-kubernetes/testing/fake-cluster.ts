import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Digest } from '../../../kernel/index.js';
import { KserveController } from './kserve-controller.js';

/** Whatever an object of Kubernetes may hold. */
export interface KubeObject {
  metadata: { name: string; resourceVersion?: string; generation?: number; [key: string]: unknown };
  spec?: Record<string, unknown>;
  data?: Record<string, string>;
  status?: unknown;
  [key: string]: unknown;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const failure = (status: number, message: string): Answer => ({ status, body: { kind: 'Status', message } });

/** An API server with the controllers that matter, pods that answer, and a Prometheus that counts them. */
export class FakeCluster {
  readonly objects = new Map<string, KubeObject>();
  /** Hex digests of bundles that cannot be loaded. */
  readonly broken = new Set<string>();
  readonly counted = new Map<string, number>();
  /** Milliseconds since the epoch. */
  now = 1_790_000_000_000;
  isReachable = true;
  /** Answers in place of a pod’s. */
  answer: unknown;
  readonly kserve = new KserveController(this.broken, () => this.url);
  #version = 0;
  readonly #applied = new Map<string, string>();
  readonly #server: Server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });

  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  object(kind: string, name: string): KubeObject | undefined {
    return [...this.objects].find(([path]) => path.endsWith(`/${kind}/${name}`))?.[1];
  }

  /** One request of a unit to the service that users know. @returns the hex digits by which what answered is known */
  ask(name: string, unit: number): string | undefined {
    const service = this.object('services', name)?.spec?.['selector'] as Record<string, string> | undefined;
    const label = service?.['nx-ml.dev/release'];
    const revision =
      service === undefined ? this.kserve.revisionFor(name, placeOf(unit)) : `${name}-${label ?? ''}`;
    if (revision === undefined) return undefined;
    this.counted.set(revision, (this.counted.get(revision) ?? 0) + 1);
    return label ?? this.kserve.hexOf(revision);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { url = '' } = request;
    if (!this.isReachable) return failure(503, 'the server is shutting down');
    if (url === '/prometheus/api/v1/query') return this.#query(new URLSearchParams(body).get('query') ?? '');
    if (url.includes('/v2/')) return this.#pod();
    if (request.headers.authorization !== 'Bearer a token') return failure(401, 'Unauthorized');
    return this.#api(request, body);
  }

  #api({ method = '', url = '', headers }: IncomingMessage, body: string): Answer {
    const { pathname, searchParams } = new URL(url, 'http://cluster');
    if (method === 'GET') return this.#get(pathname);
    const object = JSON.parse(body) as KubeObject;
    if (searchParams.get('fieldManager') === null) return failure(400, 'PATCH needs a field manager');
    if (method === 'PATCH' && headers['content-type'] !== 'application/apply-patch+yaml')
      return this.#merge(pathname, object);
    if (method === 'PATCH') return this.#apply(pathname, object, searchParams.get('dryRun') !== null);
    return this.#write(method, pathname, object);
  }

  #get(path: string): Answer {
    const found = this.objects.get(path);
    return found === undefined ? failure(404, `${path} not found`) : { status: 200, body: found };
  }

  #write(method: string, path: string, object: KubeObject): Answer {
    const at = method === 'POST' ? `${path}/${object.metadata.name}` : path;
    const found = this.objects.get(at);
    if (method === 'POST' && found !== undefined) return failure(409, 'it exists already');
    if (method === 'PUT' && found === undefined) return failure(404, 'not found');
    if (method === 'PUT' && object.metadata.resourceVersion !== found?.metadata.resourceVersion)
      return failure(409, 'the object has been modified');
    return this.#keep(at, object);
  }

  /** Fields that were applied before and are not any more are gone; those of others stay. */
  #apply(path: string, object: KubeObject, isDry: boolean): Answer {
    const found = this.objects.get(path);
    const before = JSON.parse(this.#applied.get(path) ?? '{}') as KubeObject;
    if (isDry) return { status: 200, body: object };
    this.#applied.set(path, JSON.stringify(object));
    return this.#keep(path, merged(without(found ?? {}, before), object) as KubeObject);
  }

  #merge(path: string, patch: KubeObject): Answer {
    const found = this.objects.get(path);
    if (found === undefined) return failure(404, 'not found');
    const version = (patch.metadata as KubeObject['metadata'] | undefined)?.resourceVersion;
    if (version !== undefined && version !== found.metadata.resourceVersion) return failure(409, 'modified');
    return this.#keep(path, merged(found, patch) as KubeObject);
  }

  #keep(path: string, object: KubeObject): Answer {
    const was = this.objects.get(path);
    const isSame = JSON.stringify(was?.spec) === JSON.stringify(object.spec);
    const generation = (was?.metadata.generation ?? 0) + (isSame ? 0 : 1);
    const metadata = { ...object.metadata, generation, resourceVersion: String(++this.#version) };
    const kept: KubeObject = { ...object, metadata };
    if (path.includes('/inferenceservices/')) kept.status = this.kserve.statusOf(kept);
    if (path.includes('/deployments/')) kept.status = this.#deploymentStatus(kept);
    this.objects.set(path, kept);
    return { status: was === undefined ? 201 : 200, body: kept };
  }

  #deploymentStatus({ spec = {}, metadata }: KubeObject): unknown {
    const text = JSON.stringify(spec);
    const message = 'pod "m" has exited with 1';
    const isBroken = [...this.broken].some((hex) => text.includes(hex));
    const conditions = [{ type: 'Progressing', status: isBroken ? 'False' : 'True', message }];
    return {
      observedGeneration: metadata.generation,
      availableReplicas: isBroken ? 0 : spec['replicas'],
      conditions,
    };
  }

  #pod(): Answer {
    const good = { outputs: [{ name: 'y', datatype: 'FP32', shape: [1], data: [0.5] }] };
    return { status: 200, body: this.answer ?? good };
  }

  #query(query: string): Answer {
    const [, what, revision = ''] = /^(\w+)\{(.*)\}$/.exec(query) ?? [];
    const count = what === 'requests' ? (this.counted.get(revision) ?? 0) : 0;
    const result = [{ metric: {}, value: [this.now / 1000, String(count)] }];
    return { status: 200, body: { status: 'success', data: { resultType: 'vector', result } } };
  }
}

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merged(one: Tree, other: Tree): Tree {
  const all: Tree = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const was = all[key];
    all[key] = isTree(value) && isTree(was) ? merged(was, value) : value;
  }
  return all;
}

function without(one: Tree, gone: Tree): Tree {
  const kept = Object.entries(one).flatMap(([key, value]) => {
    if (!(key in gone)) return [[key, value]];
    const inner = gone[key];
    return isTree(value) && isTree(inner) ? [[key, without(value, inner)]] : [];
  });
  return Object.fromEntries(kept) as Tree;
}

function placeOf(unit: number): number {
  return createHash('sha256').update(String(unit)).digest().readUInt32BE() / 2 ** 32;
}

export const hexOf = (digest: Digest): string => digest.slice('sha256:'.length);
