import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { releaseId } from '../../deploy/index.js';
import type { Release, Route } from '../../deploy/index.js';
import { describeDeployTarget } from '../../deploy/target.contract.js';
import { MemoryTarget } from '../../deploy/testing/memory-target.js';
import type { StageableRelease, TargetRig } from '../../deploy/testing/target-rig.js';
import { digestOf, isMlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { GatewayTarget } from './gateway-target.js';

const token = 'a token';

/** Whatever a request may hold. */
interface Asked {
  readonly release?: Release;
  readonly indexes?: Record<string, { blobs: string[] }>;
  readonly baseline?: Digest | null;
  readonly candidate?: { readonly leaseSeconds: number };
  readonly revision?: string;
  readonly leaseSeconds?: number;
  readonly to?: Digest;
}

/** The admin API of docs/design/gateway.md over a target in memory. */
class AdminRig {
  now = 0;
  readonly blobs = new Map<string, Buffer>();
  readonly memory = new MemoryTarget(
    () => this.now,
    ({ models }) => (models['m'] === digestOf('crashes') ? { broken: 'it exits with 1' } : {}),
  );
  readonly folder = mkdtempSync(join(tmpdir(), 'nx-ml-gateway-target-'));
  readonly seen = new Set<string>();
  /** Of its process, as of a gateway that is started again. */
  life = 'a'.repeat(32);
  uploads = 0;
  /** Answers in place of the right one. */
  instead: { readonly status: number; readonly body: string } | undefined;
  readonly #server: Server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-ml-life': this.life });
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

  target(given = token): GatewayTarget {
    return new GatewayTarget({ url: this.url, token: given }, 's');
  }

  release(name: string, fault?: string): StageableRelease {
    const models = { m: digestOf(fault ?? name) };
    const release: Release = { formatVersion: 1, service: 's', models, config: {} };
    const bundle = join(this.folder, randomUUID());
    const bytes = `weights of ${name}`;
    const hex = createHash('sha256').update(bytes).digest('hex');
    mkdirSync(join(bundle, 'blobs/sha256'), { recursive: true });
    writeFileSync(join(bundle, 'blobs/sha256', hex), bytes);
    writeFileSync(join(bundle, 'index.json'), JSON.stringify({ blobs: [hex] }));
    return { id: releaseId(release), release, bundles: { m: bundle } };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.folder, { recursive: true, force: true });
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.instead !== undefined) return this.instead;
    if (request.headers.authorization !== `Bearer ${token}`) return { status: 401, body: {} };
    const { 'x-ml-life': life, 'x-ml-request': nonce } = request.headers;
    const changes = request.method === 'PUT' || request.method === 'POST';
    if (changes && (life !== this.life || !this.#isNew(String(nonce))))
      return { status: 409, body: { error: 'answered already', fix: 'send another' } };
    try {
      return await this.#route(request, Buffer.concat(chunks));
    } catch (error) {
      if (!isMlError(error)) throw error;
      return { status: 409, body: { error: error.message } };
    }
  }

  #isNew(nonce: string): boolean {
    const isNew = /^[0-9a-f]{32}$/.test(nonce) && !this.seen.has(nonce);
    this.seen.add(nonce);
    return isNew;
  }

  async #route({ method = '', url = '', headers }: IncomingMessage, bytes: Buffer) {
    const blob = /^\/admin\/v1\/blobs\/sha256:([0-9a-f]{64})$/.exec(url)?.[1];
    if (blob !== undefined) return this.#blob(method, blob, bytes);
    const json = (bytes.length > 0 ? JSON.parse(bytes.toString()) : {}) as Asked;
    const what = url.split('/')[5] ?? '';
    const revision = String(headers['if-match']).replaceAll('"', '');
    if (what === 'releases') return this.#stage(json);
    if (what === 'route') return this.#setRoute(revision, json);
    return { status: 200, body: await this.#told(what, json) };
  }

  async #told(what: string, { revision = '', leaseSeconds = 0, to }: Asked): Promise<unknown> {
    if (what === 'lease') return { renewed: await this.memory.renew(revision, leaseSeconds) };
    if (what === 'rollback') return this.memory.rollback(to);
    if (what === 'drill') return this.memory.drill();
    return { ...(await this.memory.observe()), releases: [], counts: await this.memory.counts() };
  }

  async #setRoute(revision: string, { baseline = null, candidate }: Asked) {
    const { leaseSeconds = 0, ...rest } = candidate ?? {};
    const to = { baseline, ...(candidate === undefined ? {} : { candidate: rest }) } as Route;
    const { done, observed } = await this.memory.route(revision, to, leaseSeconds);
    return { status: done ? 200 : 412, body: observed };
  }

  #blob(method: string, hex: string, bytes: Buffer): { status: number; body: unknown } {
    if (method === 'HEAD') return { status: this.blobs.has(hex) ? 200 : 404, body: '' };
    this.uploads += 1;
    if (createHash('sha256').update(bytes).digest('hex') !== hex) return { status: 422, body: {} };
    this.blobs.set(hex, bytes);
    return { status: 201, body: {} };
  }

  async #stage({ release, indexes = {} }: Asked): Promise<{ status: number; body: unknown }> {
    if (release === undefined) return { status: 400, body: {} };
    const missing = Object.values(indexes).some((index) => index.blobs.some((hex) => !this.blobs.has(hex)));
    if (missing) return { status: 422, body: { ready: false, reason: 'a blob is missing' } };
    const staged = await this.memory.stage(release, { m: 'there' });
    return { status: staged.ready ? 200 : 422, body: staged };
  }
}

async function open(): Promise<TargetRig> {
  const rig = await new AdminRig().open();
  return {
    target: rig.target(),
    can: {},
    shortLease: 1,
    release: (name, fault) => Promise.resolve(rig.release(name, fault)),
    ask: (count) =>
      Promise.resolve(Array.from({ length: count }, (_, unit) => rig.memory.ask(`u${String(unit)}`))),
    wait: (seconds) => {
      rig.now += seconds * 1000;
      return Promise.resolve();
    },
    again: () => Promise.resolve(rig.target()),
    restart: () => {
      rig.memory.restart();
      return Promise.resolve();
    },
    reach: (isReachable) => {
      rig.memory.isReachable = isReachable;
      return Promise.resolve();
    },
    close: () => rig.close(),
  };
}

describeDeployTarget('a gateway', open);

describe('GatewayTarget', () => {
  let rig: AdminRig;
  beforeEach(async () => {
    rig = await new AdminRig().open();
  });
  afterEach(() => rig.close());

  it('sends no bytes that are there', async () => {
    const { release, bundles } = rig.release('one');
    await rig.target().stage(release, bundles);
    await rig.target().stage(release, bundles);
    expect(rig.uploads).toBe(1);
  });

  it('asks once more where the gateway was started again, and only then', async () => {
    const { release, bundles } = rig.release('one');
    const target = rig.target();
    await target.stage(release, bundles);
    rig.life = 'b'.repeat(32);
    expect(await target.stage(release, bundles)).toMatchObject({ ready: true });
    const asked = rig.seen.size;
    await expect(target.rollback(undefined, 'nothing is served')).rejects.toMatchObject({
      code: 'ERR_ML_DEPLOY_TARGET',
    });
    expect(rig.seen.size).toBe(asked + 1);
  });

  it('passes on what the gateway says to do', async () => {
    const target = rig.target();
    rig.instead = { status: 409, body: '{"error":"it is not staged\\u001b[2J","fix":"Stage it first."}' };
    await expect(target.rollback(undefined, 'x')).rejects.toMatchObject({
      message: expect.stringMatching(/409: it is not staged \[2J$/) as string,
      fix: 'Stage it first.',
    });
    rig.instead = { status: 500, body: '{"error":"failed","fix":"x"}' };
    await expect(target.rollback(undefined, 'x')).rejects.toMatchObject({
      fix: 'Look at the log of the gateway.',
    });
  });

  it('says that its token is refused', async () => {
    await expect(rig.target('another').observe()).rejects.toMatchObject({
      code: 'ERR_ML_DEPLOY_TARGET',
      message: expect.stringContaining('refuses the admin token') as string,
    });
  });

  it('says that nobody answers', async () => {
    const target = new GatewayTarget({ url: 'http://127.0.0.1:9', token }, 's');
    await expect(target.observe()).rejects.toMatchObject({ code: 'ERR_ML_DEPLOY_TARGET' });
  });

  it.each([
    ['no JSON', 'hello'],
    ['no counts', '{"revision":"1","route":{"baseline":null},"previous":null}'],
    ['counts that cannot be', '{"counts":{"baseline":{"requests":-1},"candidate":{}}}'],
    ['more than an answer can be', 'x'.repeat(9_000_000)],
  ])('believes no answer that is %s', async (_, body) => {
    rig.instead = { status: 200, body };
    await expect(rig.target().counts()).rejects.toMatchObject({ code: 'ERR_ML_DEPLOY_TARGET' });
  });
});
