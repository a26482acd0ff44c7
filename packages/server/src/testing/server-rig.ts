import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import type { FastifyInstance } from 'fastify';

import { FolderBlobs } from '@nx-ml/core/adapters/remote-folder';

import type { ServedBlobs } from '@nx-ml/core/remote';

import { openStateFolder } from '../access/state/index.js';
import type { GuardedRoute } from '../http/rights.js';
import { buildServer } from '../app/build-server.js';
import type { ServerDeps } from '../app/build-server.js';
import { UseLog } from '../operations/index.js';
import { fakeAuthenticator } from './fake-authenticator.js';

interface RigAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ServerRig {
  readonly app: FastifyInstance;
  /** `get /v1/cache/{hash} token`, each. */
  readonly routes: readonly string[];
  /** The folder in which all lies. */
  readonly storage: string;
  readonly port: number;
  /** The keys that the server has; a test may put others in their place. */
  keys: { privateKey: KeyObject; publicKeys: readonly KeyObject[] };
  /** Rejects when the connection breaks before the whole answer is there. */
  ask(method: string, path: string, options?: AskOptions): Promise<RigAnswer>;
  put(token: string, hash: string, body: string | Buffer): Promise<number>;
  get(token: string, hash: string): Promise<RigAnswer>;
  /** The same folder and keys, served anew. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

interface AskOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

type Overrides = Partial<ServerDeps> & { readonly openBlobs?: (folder: string) => ServedBlobs };

/** A server that listens on a port of its own, over a folder of its own, and believes the tokens of `fakeAuthenticator`. */
export async function openServerRig(over: Overrides = {}): Promise<ServerRig> {
  const storage = mkdtempSync(join(tmpdir(), 'nx-ml-server-'));
  let app = await listen(storage, over);
  const rig: ServerRig = {
    get app() {
      return app.server;
    },
    get routes() {
      return app.server.guardedRoutes.map(
        ({ method, url, right }: GuardedRoute) =>
          `${method.toLowerCase()} ${url.replace(/:(\w+)/g, '{$1}')} ${right === 'public' ? 'public' : 'token'}`,
      );
    },
    storage,
    get port() {
      return (app.server.server.address() as AddressInfo).port;
    },
    get keys() {
      return app.keys;
    },
    set keys(keys) {
      app.keys = keys;
    },
    ask: (method, path, options = {}) => ask(rig.port, method, path, options),
    put: async (token, hash, body) =>
      (await ask(rig.port, 'PUT', `/v1/cache/${hash}`, { token, body })).status,
    get: (token, hash) => ask(rig.port, 'GET', `/v1/cache/${hash}`, { token }),
    restart: async () => {
      const { keys } = app;
      await app.server.close();
      app = await listen(storage, over, keys);
    },
    close: async () => {
      await app.server.close();
      for (const folder of [storage, `${storage}-state`]) rmSync(folder, { recursive: true, force: true });
    },
  };
  return rig;
}

interface Listening {
  readonly server: FastifyInstance;
  keys: ServerRig['keys'];
}

async function listen(storage: string, over: Overrides, keys = freshKeys()): Promise<Listening> {
  const box = { keys };
  const state = openStateFolder(`${storage}-state`);
  const server = await buildServer({
    blobs: over.openBlobs?.(storage) ?? new FolderBlobs(storage),
    authenticator: fakeAuthenticator,
    keys: { current: () => Promise.resolve(box.keys) },
    uses: new UseLog(state),
    warn: () => undefined,
    clock: { now: () => Date.parse('2026-11-27T12:00:00Z'), monotonic: () => performance.now() },
    ...over,
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  return Object.assign(box, { server });
}

export function freshKeys(): ServerRig['keys'] {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKeys: [createPublicKey(privateKey)] };
}

function ask(port: number, method: string, path: string, options: AskOptions): Promise<RigAnswer> {
  const { token, body, headers } = options;
  return new Promise((resolve, reject) => {
    const sent = request({
      port,
      host: '127.0.0.1',
      method,
      path,
      agent: false,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    });
    sent.on('error', reject).on('response', (answer) => {
      const parts: Buffer[] = [];
      answer
        .on('data', (part: Buffer) => parts.push(part))
        .on('error', reject)
        .on('end', () => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) });
        });
    });
    sent.end(body);
  });
}
