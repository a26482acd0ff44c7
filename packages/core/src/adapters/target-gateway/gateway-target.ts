import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { checkRoute, readTargetAnswer, releaseId, targetAnswers } from '../../deploy/index.js';
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
import * as z from '../../kernel/zod.js';
import { AdminClient } from './admin-client.js';
import type { GatewayAddress } from './admin-client.js';

/** Milliseconds that loading a release and asking its examples may take. */
const STAGING = 10 * 60_000;

const withCounts = z.object({ counts: targetAnswers.counts });

function readAnswer<T>(schema: z.ZodType<T>, body: unknown): T {
  return readTargetAnswer(schema, body, {
    who: 'The gateway',
    fix: 'Look whether the address in ml.yaml is that of a gateway, of this version of nx-ml or a newer one.',
  });
}

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
    return readAnswer(targetAnswers.observed, body);
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
    return readAnswer(targetAnswers.staged, (await this.#admin.ask(asked, [200, 422])).body);
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
    return { done: status === 200, observed: readAnswer(targetAnswers.observed, body) };
  }

  async renew(revision: string, lease: number): Promise<boolean> {
    const json = { revision, leaseSeconds: lease };
    const { body } = await this.#admin.ask({ method: 'POST', path: `${this.#path}/lease`, json });
    return readAnswer(targetAnswers.renewed, body).renewed;
  }

  async counts(): Promise<Counts> {
    const { body } = await this.#admin.ask({ method: 'GET', path: this.#path });
    return readAnswer(withCounts, body).counts;
  }

  async rollback(to: Digest | undefined, reason: string): Promise<Observed> {
    const path = `${this.#path}/rollback`;
    const { body } = await this.#admin.ask({ method: 'POST', path, json: { to, reason } });
    return readAnswer(targetAnswers.observed, body);
  }

  async drill(): Promise<{ readonly to: Digest; readonly recovery: number }> {
    const path = `${this.#path}/drill`;
    const { body } = await this.#admin.ask({ method: 'POST', path, json: {}, within: STAGING });
    return readAnswer(targetAnswers.drill, body);
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
