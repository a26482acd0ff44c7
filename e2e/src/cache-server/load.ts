import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';

import type { ServerProcess } from './server-process.js';

export interface CacheAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** What an entry of that hash has: told by the hash alone, so that every reader knows what is right. */
export function bodyOf(hash: string): Buffer {
  const seed = createHash('sha256').update(hash).digest();
  const sizes = [3, 900, 40_000, 300_000, 4_000_000];
  const size = (sizes[(seed[0] ?? 0) % sizes.length] ?? 1) + (seed[1] ?? 0);
  return Buffer.alloc(size, seed);
}

/** Rejects when the connection breaks before all of the answer is there. */
export function ask(
  server: ServerProcess,
  method: 'GET' | 'PUT',
  hash: string,
  agent?: Agent,
): Promise<CacheAnswer> {
  const body = method === 'PUT' ? bodyOf(hash) : undefined;
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port: server.port,
      method,
      path: `/v1/cache/${hash}`,
      agent: agent ?? false,
      headers: {
        authorization: `Bearer ${server.token}`,
        ...(body === undefined ? {} : { 'content-length': body.length }),
      },
    });
    sent.on('error', reject).on('response', (answer) => {
      const parts: Buffer[] = [];
      answer
        .on('data', (part: Buffer) => parts.push(part))
        .on('error', reject)
        .on('end', () => {
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts) });
        });
    });
    sent.end(body);
  });
}

/**
 * Clients that write and read until they are stopped, whatever becomes of the server. Keeps what was acknowledged, and what came back
 * wrong.
 */
export class Load {
  readonly stored = new Set<string>();
  readonly wrong: string[] = [];
  readonly #tried: string[] = [];
  readonly #clients: Promise<void>[];
  #isOver = false;
  #answers = 0;

  constructor(
    private readonly server: ServerProcess,
    { clients, round }: { readonly clients: number; readonly round: number },
  ) {
    this.#clients = Array.from({ length: clients }, (_, client) =>
      this.#work(`${String(round)}-${String(client)}`),
    );
  }

  /** All that was ever sent, whether it was acknowledged or not. */
  get tried(): readonly string[] {
    return this.#tried;
  }

  get answers(): number {
    return this.#answers;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #work(name: string): Promise<void> {
    const agent = new Agent({ keepAlive: true });
    for (let turn = 0; !this.#isOver; turn += 1) {
      const fresh = `${name}-${String(turn)}`;
      this.#tried.push(fresh);
      try {
        const { status } = await ask(this.server, 'PUT', fresh, agent);
        if (status === 200) this.stored.add(fresh);
        else this.wrong.push(`PUT ${fresh} was ${String(status)}`);
        const known = this.#tried[Math.floor(Math.random() * this.#tried.length)] ?? fresh;
        await this.check(known, agent);
        this.#answers += 2;
      } catch {
        // The server was killed amidst it: what it had is looked at when it is back.
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    agent.destroy();
  }

  /** What is served is whole and right, and what was acknowledged is served. */
  async check(hash: string, agent?: Agent): Promise<void> {
    const wasStored = this.stored.has(hash);
    const { status, body } = await ask(this.server, 'GET', hash, agent);
    const isRight = status === 200 ? body.equals(bodyOf(hash)) : status === 404 && !wasStored;
    if (!isRight) this.wrong.push(`GET ${hash} was ${String(status)} with ${String(body.length)} bytes`);
  }
}
