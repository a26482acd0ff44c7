import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What befalls a request on its way. */
export type Fault =
  /** It is answered without having been asked of the server. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly text?: string;
      readonly headers?: http.OutgoingHttpHeaders;
    }
  /** The connection breaks when so many bytes of the request's body came. */
  | { readonly kind: 'reset'; readonly after: number }
  /** The server does it; nobody is told. */
  | { readonly kind: 'lose' }
  /** The server does it; nobody is told, and the connection stays. */
  | { readonly kind: 'silence' }
  /** So many bytes of the answer's body come, and then the end of the connection. */
  | { readonly kind: 'truncate'; readonly after: number }
  /** So many bytes of the answer's body come, and then nothing for ever. */
  | { readonly kind: 'stall'; readonly after: number }
  /** One bit of the request's body turns. */
  | { readonly kind: 'flip'; readonly at: number };

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  /** Bytes of its body that came this far. */
  received: number;
}

/** Decides on each request; `nth` counts from 0 those that were decided on before. */
export type FaultPlan = (request: SeenRequest, nth: number) => Fault | undefined;

interface Passing {
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  readonly seen: SeenRequest;
  readonly fault: Fault | undefined;
}

/** A loopback proxy before an S3 server, on which whatever a network can do to a request can be made to happen. */
export class FaultProxy {
  readonly seen: SeenRequest[] = [];
  plan: FaultPlan = () => undefined;
  readonly #server = http.createServer((request, response) => {
    this.#forward(request, response);
  });
  readonly #agent = new http.Agent({ keepAlive: true });

  constructor(private readonly upstream: URL) {}

  /** @returns its endpoint */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** From here on anew. */
  reset(plan: FaultPlan = () => undefined): void {
    this.seen.length = 0;
    this.plan = plan;
  }

  /** Bytes of bodies that came this far, of requests that are as wanted. */
  received(method: string): number {
    return this.seen
      .filter((request) => request.method === method)
      .reduce((sum, { received }) => sum + received, 0);
  }

  #forward(request: http.IncomingMessage, response: http.ServerResponse): void {
    const seen: SeenRequest = { method: request.method ?? '', url: request.url ?? '', received: 0 };
    const fault = this.plan(seen, this.seen.length);
    this.seen.push(seen);
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (fault?.kind === 'answer') {
      request.resume();
      response.writeHead(fault.status, fault.headers).end(fault.text);
    } else this.#pass({ request, response, seen, fault });
  }

  #pass({ request, response, seen, fault }: Passing): void {
    const { hostname, port } = this.upstream;
    const { method, url, headers } = request;
    const on = http.request({ agent: this.#agent, hostname, port, method, path: url, headers }, (answer) => {
      if (fault?.kind === 'lose') request.socket.destroy();
      else if (fault?.kind === 'silence') answer.resume();
      else answered(answer, response, fault).catch(() => response.destroy());
    });
    on.on('error', () => request.socket.destroy());
    request.once('close', () => request.complete || on.destroy());
    request.on('data', (part: Buffer) => {
      const before = seen.received;
      seen.received += part.length;
      if (fault?.kind === 'reset' && seen.received > fault.after) request.socket.resetAndDestroy();
      else if (!on.write(fault?.kind === 'flip' ? flipped(part, fault.at - before) : part)) {
        request.pause();
        on.once('drain', () => request.resume());
      }
    });
    request.on('end', () => {
      // Also of a request without a body.
      if (fault?.kind === 'reset') request.socket.resetAndDestroy();
      else on.end();
    });
  }
}

async function answered(
  answer: http.IncomingMessage,
  response: http.ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  response.writeHead(answer.statusCode ?? 500, answer.headers);
  response.flushHeaders();
  if (fault?.kind !== 'truncate' && fault?.kind !== 'stall') {
    answer.pipe(response);
    return;
  }
  let left = fault.after;
  for await (const part of answer as AsyncIterable<Buffer>) {
    response.write(part.subarray(0, left));
    left -= part.length;
    if (left <= 0) break;
  }
  if (fault.kind === 'truncate') response.socket?.destroySoon();
}

function flipped(part: Buffer, at: number): Buffer {
  if (at < 0 || at >= part.length) return part;
  const copy = Buffer.from(part);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
