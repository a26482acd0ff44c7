import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ProxySummary } from '../../../cache-proxy/index.js';
import { seededRng } from '../../../kernel/index.js';
import { mintedCredentials } from '../../server-session/index.js';
import type { Patience } from '../patience.js';
import { startCacheProxy } from '../start.js';
import type { CacheProxy, CacheProxyOptions } from '../start.js';
import { openUpstream } from '../upstream/ask.js';
import type { Upstream } from '../upstream/ask.js';
import { hash } from './nx-entry.js';

/** Whatever the machine is busy with, an honest server is in time. */
const longPatience: Patience = { connectMs: 20_000, silenceMs: 20_000, bytesPerSecond: 1, wholeMs: 60_000 };

/** So that a hostile server costs a test little. */
export const shortPatience: Patience = {
  connectMs: 400,
  silenceMs: 400,
  bytesPerSecond: 64_000,
  wholeMs: 2000,
};

export const clock = { now: () => Date.now(), monotonic: () => performance.now() };

export type RigOptions = Partial<CacheProxyOptions> & { readonly patience?: Patience };

/** A proxy before some address, and Nx's place before it. */
export class ProxyRig {
  readonly proxy: CacheProxy;
  readonly folder: string;
  #finished: Promise<ProxySummary> | undefined;

  private constructor(proxy: CacheProxy, folder: string) {
    this.proxy = proxy;
    this.folder = folder;
  }

  static async start(upstream: URL | Upstream, options: RigOptions = {}): Promise<ProxyRig> {
    const folder = options.queueFolder ?? join(mkdtempSync(join(tmpdir(), 'nx-ml-proxy-')), 'queue');
    const { patience = longPatience, ...rest } = options;
    const proxy = await startCacheProxy({
      upstream: upstream instanceof URL ? openUpstream(upstream, patience) : upstream,
      credentials: mintedCredentials('nxml_token'),
      pins: { keys: [], scope: undefined },
      port: 0,
      queueFolder: folder,
      maxQueue: 10_000_000,
      maxEntry: 1_000_000,
      clock,
      rng: seededRng(1),
      asking: { attempts: 3, firstMs: 1, longestMs: 20 },
      ...rest,
    });
    return new ProxyRig(proxy, folder);
  }

  get(name: string = hash): Promise<Response> {
    return fetch(`${this.proxy.address}/v1/cache/${name}`, {
      headers: { authorization: `Bearer ${this.proxy.token}` },
    });
  }

  put(body: Uint8Array<ArrayBuffer>, name: string = hash): Promise<Response> {
    return fetch(`${this.proxy.address}/v1/cache/${name}`, {
      method: 'PUT',
      body,
      headers: { authorization: `Bearer ${this.proxy.token}`, 'content-type': 'application/octet-stream' },
    });
  }

  /** Names of what waits on disk. */
  waiting(): readonly string[] {
    return existsSync(this.folder) ? readdirSync(this.folder).sort() : [];
  }

  finish(drainMs = 500, signal: AbortSignal = new AbortController().signal): Promise<ProxySummary> {
    return (this.#finished ??= this.proxy.finish(drainMs, signal));
  }

  /** Of the folder too: after the last proxy that uses it. */
  async dispose(): Promise<void> {
    await this.finish(0);
    rmSync(join(this.folder, '..'), { recursive: true, force: true });
  }
}
