import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { GatewayTarget } from '@nx-ml/core/adapters/target-gateway';
import { smallBundle } from '@nx-ml/core/bundle/testing';
import type { SmallBundleOptions } from '@nx-ml/core/bundle/testing';
import type { TrustedKey } from '@nx-ml/core/bundle';
import { releaseId } from '@nx-ml/core/deploy';
import type { Release } from '@nx-ml/core/deploy';
import type { StageableRelease } from '@nx-ml/core/deploy/testing';
import { isDigest, MlError, parseDigest } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';
import type { FastifyInstance } from 'fastify';

import { defaultLimits } from '../../../app/limits.js';
import type { ServerLimits } from '../../../app/limits.js';
import type { OpenHost } from '../../host/index.js';
import { openGateway } from '../../open-gateway.js';
import type { OpenedGateway } from '../../open-gateway.js';
import { openGatewayState } from '../../state/index.js';
import type { GatewayState } from '../../state/index.js';
import { openAdmin, restore } from '../index.js';

export interface AdminRigOptions {
  /** Of the state folder, where it is not a fresh one. */
  readonly path?: string;
  /** Without one, models are those of `AdminRig`. */
  readonly openHost?: OpenHost;
  readonly trustedKeys?: readonly TrustedKey[];
  readonly limits?: Partial<ServerLimits>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Bytes that are free on the disk. */
  readonly free?: () => number;
}

/** A gateway with its state and both its listeners, whose models answer 1 unless their file `code/name` says `crashes`. */
export class AdminRig {
  /** Of all its files; a rig on the state of another makes none, and may be killed. */
  readonly base: string;
  readonly path: string;
  readonly lines: string[] = [];
  token = '';
  /** As the last answer to `send` had it. */
  life = '';
  #parts: { state: GatewayState; opened: OpenedGateway; admin: FastifyInstance } | undefined;
  #bundles = 0;
  #port = 0;

  constructor(readonly options: AdminRigOptions = {}) {
    const { path } = options;
    this.base =
      path === undefined ? realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-admin-'))) : dirname(path);
    this.path = path ?? join(this.base, 'state');
  }

  async start(): Promise<this> {
    const { trustedKeys = [], limits, now = Date.now, free } = this.options;
    const log = (line: string): void => {
      this.lines.push(line);
    };
    const clock = { now, monotonic: () => performance.now() };
    const state = await openGatewayState({
      path: this.path,
      trustedKeys,
      now,
      ...(free && { free: () => Promise.resolve(free()) }),
    });
    if (!state.token.exists) this.token = state.token.mint(now());
    const opened = await openGateway({
      openHost: this.options.openHost ?? openHost,
      clock,
      limits: defaultLimits,
      feedbackWindow: { duration: 60_000, count: 1000 },
      shadows: 64,
      version: '0.0.0',
      log,
      keep: (service) => {
        state.services.keep(service);
        return Promise.resolve();
      },
    });
    await restore({ gateway: opened.gateway, state, log });
    await opened.app.listen({ host: '127.0.0.1', port: 0 });
    const adminLimits = { ...defaultLimits, ...limits };
    const admin = await openAdmin({ gateway: opened.gateway, state, clock, limits: adminLimits, log });
    await admin.listen({ host: '127.0.0.1', port: this.#port });
    this.#port = (admin.server.address() as AddressInfo).port;
    this.#parts = { state, opened, admin };
    return this;
  }

  get parts(): { state: GatewayState; opened: OpenedGateway; admin: FastifyInstance } {
    if (this.#parts === undefined) throw new Error('It was not started.');
    return this.#parts;
  }

  get adminPort(): number {
    return this.#port;
  }

  get address(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  target(service = 's'): GatewayTarget {
    return new GatewayTarget({ url: this.address, token: this.token }, service);
  }

  /** A release of the service `s` with the model `m`. */
  release(name: string, options: SmallBundleOptions = {}, service = 's'): StageableRelease {
    const { source, digest } = smallBundle({ ...options, extra: { 'code/name': name, ...options.extra } });
    const folder = join(this.base, `bundle-${String((this.#bundles += 1))}`);
    for (const [path, bytes] of source.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const release: Release = { formatVersion: 1, service, models: { m: parseDigest(digest) }, config: {} };
    return { id: releaseId(release), release, bundles: { m: folder } };
  }

  /** Deploys it at once. */
  async serve({ id, release, bundles }: StageableRelease): Promise<Digest> {
    const target = this.target(release.service);
    const staged = await target.stage(release, bundles);
    if (!staged.ready) throw new Error(staged.reason);
    const { revision } = await target.observe();
    expect(await target.route(revision, { baseline: id })).toMatchObject({ done: true });
    return id;
  }

  /** @returns the release that answers a request of each of so many units; null for nobody */
  async ask(count: number): Promise<(Digest | null)[]> {
    const { port } = this.parts.opened.app.server.address() as AddressInfo;
    const body = JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [0, 1] }] });
    const answers: (Digest | null)[] = [];
    for (let unit = 0; unit < count; unit++) {
      const answer = await fetch(`http://127.0.0.1:${String(port)}/v2/models/m/infer`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-ml-unit': `u${String(unit)}` },
        body,
      });
      await answer.arrayBuffer();
      const release = answer.headers.get('x-ml-release');
      answers.push(answer.ok && isDigest(release) ? release : null);
    }
    return answers;
  }

  async ready(): Promise<{ status: number; json: unknown }> {
    const { port } = this.parts.opened.app.server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${String(port)}/v2/health/ready`);
    return { status: answer.status, json: await answer.json() };
  }

  /** As a client of no kind of ours: whatever a spec wants to send. */
  async send(
    method: string,
    path: string,
    { body, headers = {} }: { body?: string; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${this.address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        'x-ml-request': nonce(),
        'x-ml-life': this.life,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    this.life = answer.headers.get('x-ml-life') ?? this.life;
    return { status: answer.status, text: await answer.text() };
  }

  async stop(): Promise<void> {
    const { state, opened, admin } = this.parts;
    admin.server.closeAllConnections();
    opened.app.server.closeAllConnections();
    await Promise.all([admin.close(), opened.app.close()]);
    await state.close();
    this.#parts = undefined;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async close(): Promise<void> {
    if (this.#parts !== undefined) await this.stop();
    if (this.options.path === undefined) rmSync(this.base, { recursive: true, force: true });
  }
}

let nonces = 0;

/** Another one each time. */
export function nonce(): string {
  return (nonces += 1).toString(16).padStart(32, '0');
}

const openHost: OpenHost = ({ folder, serving }) => {
  const name = readFileSync(join(folder, 'code/name'), 'utf8');
  if (name === 'crashes')
    return Promise.reject(new MlError('ERR_ML_MODEL_LOAD', { message: 'It exits with 1', fix: 'Mend it.' }));
  return Promise.resolve({
    metadata: { name: serving.name, platform: 'fake', ...serving.signature },
    isReady: true,
    infer: ({ inputs: [x] }) => {
      const rows = x?.shape[0] ?? 0;
      const data = Array.from({ length: rows }, () => 1);
      return Promise.resolve([{ name: 'y', datatype: 'FP32', shape: [rows], data }]);
    },
    close: () => Promise.resolve(),
  });
};
