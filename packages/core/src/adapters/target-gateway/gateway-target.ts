import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { checkRoute, releaseId } from '../../deploy/index.js';
import type {
  BundleFolders,
  Counts,
  DeployTarget,
  Observed,
  Release,
  Route,
  RouteResult,
  Staged,
} from '../../deploy/index.js';
import type { Digest } from '../../kernel/index.js';
import { AdminClient } from './admin-client.js';
import type { GatewayAddress } from './admin-client.js';
import { answers, readAnswer } from './answers.js';

/** Milliseconds that loading a release and asking its examples may take. */
const STAGING = 10 * 60_000;

/** A gateway, by its admin API. docs/design/gateway.md */
export class GatewayTarget implements DeployTarget {
  readonly #admin: AdminClient;
  readonly #path: string;

  constructor(address: GatewayAddress, service: string) {
    this.#admin = new AdminClient(address);
    this.#path = `services/${encodeURIComponent(service)}`;
  }

  async observe(): Promise<Observed> {
    const { body } = await this.#admin.ask({ method: 'GET', path: this.#path });
    return readAnswer(answers.observed, body);
  }

  async stage(release: Release, bundles: BundleFolders, signal?: AbortSignal): Promise<Staged> {
    const indexes: Record<string, unknown> = {};
    for (const [name, folder] of Object.entries(bundles)) {
      await this.#sendBlobs(folder, signal);
      indexes[name] = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
    }
    const path = `${this.#path}/releases/${encodeURIComponent(releaseId(release))}`;
    const json = { release, indexes };
    const asked = { method: 'PUT', path, json, within: STAGING, signal } as const;
    return readAnswer(answers.staged, (await this.#admin.ask(asked, [200, 422])).body);
  }

  async route(revision: string, to: Route, lease?: number): Promise<RouteResult> {
    checkRoute(to);
    const { baseline, candidate } = to;
    const withLease = candidate && { ...candidate, leaseSeconds: lease };
    const { status, body } = await this.#admin.ask(
      {
        method: 'PUT',
        path: `${this.#path}/route`,
        json: { baseline, candidate: withLease },
        ifMatch: revision,
      },
      [200, 412],
    );
    return { done: status === 200, observed: readAnswer(answers.observed, body) };
  }

  async renew(revision: string, lease: number): Promise<boolean> {
    const json = { revision, leaseSeconds: lease };
    const { body } = await this.#admin.ask({ method: 'POST', path: `${this.#path}/lease`, json });
    return readAnswer(answers.renewed, body).renewed;
  }

  async counts(): Promise<Counts> {
    const { body } = await this.#admin.ask({ method: 'GET', path: this.#path });
    return readAnswer(answers.counts, body).counts;
  }

  async rollback(to: Digest | undefined, reason: string): Promise<Observed> {
    const path = `${this.#path}/rollback`;
    const { body } = await this.#admin.ask({ method: 'POST', path, json: { to, reason } });
    return readAnswer(answers.observed, body);
  }

  async drill(): Promise<{ readonly to: Digest; readonly recovery: number }> {
    const path = `${this.#path}/drill`;
    const { body } = await this.#admin.ask({ method: 'POST', path, json: {}, within: STAGING });
    return readAnswer(answers.drill, body);
  }

  /** What is there already is not sent again: two releases share most of their bytes. */
  async #sendBlobs(folder: string, signal: AbortSignal | undefined): Promise<void> {
    const blobs = join(folder, 'blobs', 'sha256');
    for (const name of (await readdir(blobs)).sort()) {
      const path = `blobs/sha256:${name}`;
      const { status } = await this.#admin.ask({ method: 'HEAD', path, signal }, [200, 404]);
      if (status === 404)
        await this.#admin.ask(
          { method: 'PUT', path, file: join(blobs, name), within: STAGING, signal },
          [200, 201],
        );
    }
  }
}
