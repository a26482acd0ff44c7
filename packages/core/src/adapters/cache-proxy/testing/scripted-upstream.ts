import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';

import { formatPublicKey } from '../../../cache/index.js';
import { honestBody, sealOf, serverKey } from './nx-entry.js';

export interface Exchange {
  readonly socket: Socket;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Resolves with the whole body that was sent to us. */
  readonly body: Promise<Buffer>;
}

export type Script = (exchange: Exchange) => void;

export interface ScriptedOptions {
  /** Of /v1/cache/…; the rest is answered as an honest server does where `others` says nothing. */
  readonly script: Script;
  readonly others?: Readonly<Record<string, Script>>;
  /** Instead of everything else, as soon as somebody connects. */
  readonly onConnection?: (socket: Socket) => void;
  readonly tls?: TlsOptions;
}

/** A head and a body as they go over the wire. */
export function wire(
  status: string,
  headers: Readonly<Record<string, string | number>>,
  body: Uint8Array | string = '',
): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}

/** A whole answer. */
export function whole(
  status: string,
  body: Uint8Array | string = '',
  headers: Readonly<Record<string, string | number>> = {},
): Buffer {
  return wire(status, { 'content-length': Buffer.from(body).length, ...headers }, body);
}

export function json(value: object, status = '200 OK'): Buffer {
  return whole(status, JSON.stringify(value), { 'content-type': 'application/json' });
}

/** What an honest server answers that has the one entry. */
export function honestEntry(): Buffer {
  return whole('200 OK', honestBody, { 'x-nx-ml-seal': sealOf() });
}

const honest: Readonly<Record<string, Script>> = {
  '/v1/keys': ({ socket }) => socket.write(json({ keys: [formatPublicKey(serverKey.publicKey)] })),
  '/v1/token': ({ socket }) => socket.write(json({ scope: 'pr-7', mode: 'read-write' })),
};

/** A server of raw bytes, which does with each request whatever a test says. */
export class ScriptedUpstream {
  /** `GET /v1/cache/1`, one a request. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #options: ScriptedOptions;

  private constructor(options: ScriptedOptions) {
    this.#options = options;
    const accept = this.#accept.bind(this);
    this.#server = options.tls === undefined ? createServer(accept) : createTlsServer(options.tls, accept);
  }

  static async start(options: ScriptedOptions): Promise<ScriptedUpstream> {
    const upstream = new ScriptedUpstream(options);
    await new Promise<void>((resolve) => upstream.#server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get address(): URL {
    const { port } = this.#server.address() as AddressInfo;
    return new URL(`${this.#options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}/`);
  }

  become(script: Script): void {
    this.#options = { ...this.#options, script };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    if (this.#options.onConnection === undefined) this.#converse(socket);
    else this.#options.onConnection(socket);
  }

  #converse(socket: Socket): void {
    let unread = Buffer.alloc(0);
    let body: { readonly size: number; readonly done: (bytes: Buffer) => void } | undefined;
    socket.on('data', (chunk: Buffer) => {
      unread = Buffer.concat([unread, chunk]);
      for (;;) {
        if (body !== undefined) {
          if (unread.length < body.size) return;
          body.done(unread.subarray(0, body.size));
          unread = unread.subarray(body.size);
          body = undefined;
        }
        const end = unread.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = unread.subarray(0, end).toString('latin1');
        unread = unread.subarray(end + 4);
        body = this.#begin(socket, head);
      }
    });
  }

  #begin(socket: Socket, head: string): { readonly size: number; readonly done: (bytes: Buffer) => void } {
    const [first = '', ...lines] = head.split('\r\n');
    const [method = '', path = ''] = first.split(' ');
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2),
      ]),
    );
    let done: (bytes: Buffer) => void = () => undefined;
    const body = new Promise<Buffer>((resolve) => (done = resolve));
    this.requests.push(`${method} ${path}`);
    const { others = {}, script } = this.#options;
    const answer = others[path] ?? (path.startsWith('/v1/cache/') ? script : honest[path]);
    answer?.({ socket, method, path, headers, body });
    return { size: Number(headers['content-length'] ?? 0), done };
  }
}
