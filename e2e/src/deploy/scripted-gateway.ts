import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whatever a request of the admin API may hold. */
interface Asked {
  readonly baseline?: string;
  readonly candidate?: {
    readonly release: string;
    readonly share: number;
    readonly mode: string;
    readonly leaseSeconds: number;
  };
  readonly revision?: string;
  readonly leaseSeconds?: number;
  readonly to?: string;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export const adminToken = 'a token of the spec';

const none = () => ({ requests: 0, errors: 0, slow: 0, feedback: {} });

/**
 * The admin API of docs/design/gateway.md, without a model behind it: it answers what it is told to, under a load that it makes up. For
 * specs of those who deploy.
 */
export class ScriptedGateway {
  baseline: string | null = null;
  previous: string | null = null;
  /** Requests between two looks. */
  load = 2000;
  readonly #blobs = new Set<string>();
  #candidate: (NonNullable<Asked['candidate']> & { readonly until: number }) | undefined;
  #revision = 0;
  #arms = { baseline: none(), candidate: none() };
  readonly #server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body }) => {
      response.writeHead(status).end(body === undefined ? '' : JSON.stringify(body));
    });
  });

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** The release of the candidate, after leases that ran out. */
  get candidate(): string | undefined {
    return this.#live()?.release;
  }

  #live() {
    if (this.#candidate !== undefined && this.#candidate.until < performance.now()) this.#take(undefined);
    return this.#candidate;
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.headers.authorization !== `Bearer ${adminToken}`) return { status: 401 };
    const bytes = Buffer.concat(chunks);
    const url = request.url ?? '';
    const hex = /\/blobs\/sha256:(.*)$/.exec(url)?.[1];
    if (hex !== undefined) return this.#blob(request.method === 'HEAD', hex, bytes);
    const asked = (bytes.length === 0 ? {} : JSON.parse(bytes.toString())) as Asked;
    return this.#told(url.split('/')[5] ?? '', String(request.headers['if-match']), asked);
  }

  #told(what: string, revision: string, asked: Asked): Answer {
    if (what === 'releases')
      return { status: 200, body: { ready: true, models: [{ name: 'spam', loaded: 12, p95: 3 }] } };
    if (what === 'route') return this.#route(revision, asked);
    if (what === 'lease') return { status: 200, body: { renewed: this.#renew(asked) } };
    if (what === 'rollback') return this.#rollback(asked);
    if (what === 'drill')
      return this.previous === null
        ? { status: 409 }
        : { status: 200, body: { to: this.previous, recovery: 4 } };
    this.#traffic();
    return { status: 200, body: { ...this.#observed(), counts: this.#arms } };
  }

  #blob(isAsked: boolean, hex: string, bytes: Buffer): Answer {
    if (isAsked) return { status: this.#blobs.has(hex) ? 200 : 404 };
    if (createHash('sha256').update(bytes).digest('hex') !== hex) return { status: 422 };
    this.#blobs.add(hex);
    return { status: 201 };
  }

  #route(revision: string, { baseline = '', candidate }: Asked): Answer {
    this.#live();
    if (revision !== `"${String(this.#revision)}"`) return { status: 412, body: this.#observed() };
    if (candidate !== undefined && candidate.release !== this.#candidate?.release)
      this.#arms = { baseline: none(), candidate: none() };
    if (baseline !== this.baseline) [this.previous, this.baseline] = [this.baseline, baseline];
    this.#take(candidate);
    return { status: 200, body: this.#observed() };
  }

  #take(candidate: Asked['candidate']): void {
    this.#candidate = candidate && { ...candidate, until: performance.now() + candidate.leaseSeconds * 1000 };
    this.#revision += 1;
  }

  #renew({ revision, leaseSeconds = 0 }: Asked): boolean {
    const live = this.#live();
    if (live === undefined || revision !== String(this.#revision)) return false;
    this.#candidate = { ...live, until: performance.now() + leaseSeconds * 1000 };
    return true;
  }

  #rollback({ to }: Asked): Answer {
    const goal = to ?? (this.#live() === undefined ? this.previous : this.baseline);
    if (goal === null) return { status: 409 };
    if (goal !== this.baseline) this.previous = null;
    this.baseline = goal;
    this.#take(undefined);
    return { status: 200, body: this.#observed() };
  }

  #observed() {
    const { release, share, mode } = this.#live() ?? {};
    const candidate = release === undefined ? {} : { candidate: { release, share, mode } };
    return {
      revision: String(this.#revision),
      route: { baseline: this.baseline, ...candidate },
      previous: this.previous,
    };
  }

  /** One in a hundred fails, neither more nor fewer: chance belongs to other specs. */
  #traffic(): void {
    const live = this.#live();
    if (live === undefined) return;
    for (const [arm, part] of [
      [this.#arms.candidate, live.share],
      [this.#arms.baseline, 1 - live.share],
    ] as const) {
      arm.requests += Math.round(this.load * part);
      arm.errors = Math.round(arm.requests / 100);
    }
  }
}
