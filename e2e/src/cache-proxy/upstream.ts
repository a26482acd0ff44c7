import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { formatPublicKey, parseScope, sealEntry } from '@nx-ml/core/cache';
import type { Scope, TaskHash } from '@nx-ml/core/cache';
import { digestOf } from '@nx-ml/core/kernel';

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly hash: TaskHash;
  /** Of what is written. */
  readonly body: Buffer;
}

export type Behaviour = (asked: Asked) => void;

/** A server for /v1/cache that does what a test says; by itself it keeps entries and signs them. */
export class Upstream {
  /** Whether it behaves from the next request on. */
  behaviour: Behaviour | undefined;
  /** How many of the next uploads it breaks off when their first bytes come. */
  breaks = 0;
  readonly entries = new Map<string, Buffer>();
  readonly #keys = generateKeyPairSync('ed25519');
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('error', () => undefined);
      request.on('data', (part: Buffer) => {
        parts.push(part);
        if (this.breaks === 0) return;
        this.breaks -= 1;
        request.socket.resetAndDestroy();
      });
      request.on('end', () => {
        if (request.socket.destroyed) return;
        this.#answer(request, response, Buffer.concat(parts));
      });
    });
  }

  static async start(): Promise<Upstream> {
    const upstream = new Upstream();
    await new Promise<void>((resolve) => upstream.#server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get address(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  seal(hash: TaskHash, body: Buffer, scope: Scope = parseScope('protected')): string {
    const about = { hash, scope, digest: digestOf(body), size: body.length };
    const at = '2026-11-27T12:00:00.000Z';
    return sealEntry({ formatVersion: 1, kind: 'nx-cache-entry', at, ...about }, this.#keys.privateKey);
  }

  /** As an honest server. */
  readonly honest: Behaviour = ({ request, response, hash, body }) => {
    if (request.method === 'PUT') {
      const isTaken = this.entries.has(hash);
      if (!isTaken) this.entries.set(hash, body);
      response.writeHead(isTaken ? 409 : 200).end();
      return;
    }
    const entry = this.entries.get(hash);
    if (entry === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'x-nx-ml-seal': this.seal(hash, entry) }).end(entry);
  };

  #answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const { url = '' } = request;
    if (url === '/v1/keys') response.end(JSON.stringify({ keys: [formatPublicKey(this.#keys.publicKey)] }));
    else if (url === '/v1/token') response.end(JSON.stringify({ scope: 'protected', mode: 'read-write' }));
    else
      (this.behaviour ?? this.honest)({ request, response, hash: url.split('/').at(-1) as TaskHash, body });
  }
}

/** An archive as Nx makes it, of files by their path. */
export function archive(files: Readonly<Record<string, string>>): Buffer {
  const all = { ...files, terminalOutput: 'nothing to see\n', code: '\0\0\0\0' };
  const entries = Object.entries(all).map(([path, text]) => {
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write('0000644\0', 100);
    header.write(`${Buffer.byteLength(text).toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        0', 148);
    header.write('ustar  \0', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return Buffer.concat([
      header,
      Buffer.from(text),
      Buffer.alloc((512 - (Buffer.byteLength(text) % 512)) % 512),
    ]);
  });
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));
}
