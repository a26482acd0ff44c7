import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a server behaves; everything as a good one does when nothing is said. */
export interface Manners {
  /** The body breaks off after so many bytes, in each answer. */
  readonly cutAfter?: number;
  /** Milliseconds until then: what a client did not read by the time it hears of the end, it never gets. */
  readonly cutIn?: number;
  readonly ignoresRange?: boolean;
  /** Continues whatever it has now, without looking at If-Range. */
  readonly ignoresIfRange?: boolean;
  /** Instead of a strong entity tag: `W/"1"`, or '' for none. */
  readonly tag?: string;
  readonly modified?: string;
  readonly encoding?: string;
}

/** A server of one file on loopback, whose content and manners can change between two requests. */
export class FileServer {
  readonly #server: Server;
  content = Buffer.alloc(0);
  version = 'one';
  manners: Manners = {};
  /** The Range of each request; undefined: the whole was asked for. */
  readonly asked: (string | undefined)[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/data.bin`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer({ headers }: IncomingMessage, response: ServerResponse): void {
    this.asked.push(headers.range);
    this.#describe(response);
    const start = this.#startOf(headers);
    const size = this.content.length;
    if (start > 0 && start >= size) {
      response.writeHead(416, { 'content-range': `bytes */${String(size)}` }).end();
      return;
    }
    response.setHeader('content-length', size - start);
    const range = `bytes ${String(start)}-${String(size - 1)}/${String(size)}`;
    if (start > 0) response.setHeader('content-range', range);
    response.writeHead(start > 0 ? 206 : 200);
    this.#send(this.content.subarray(start), response);
  }

  #describe(response: ServerResponse): void {
    const { modified, encoding } = this.manners;
    if (this.#tag !== '') response.setHeader('etag', this.#tag);
    if (modified !== undefined) response.setHeader('last-modified', modified);
    if (encoding !== undefined) response.setHeader('content-encoding', encoding);
  }

  get #tag(): string {
    return this.manners.tag ?? `"${this.version}"`;
  }

  #startOf(headers: IncomingHttpHeaders): number {
    const { ignoresRange, ignoresIfRange, modified } = this.manners;
    const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
    const isSame = ignoresIfRange === true || [this.#tag, modified].includes(headers['if-range'] as string);
    return ignoresRange !== true && isSame ? Number(from ?? 0) : 0;
  }

  #send(bytes: Buffer, response: ServerResponse): void {
    const { cutAfter = Infinity, cutIn = 250 } = this.manners;
    if (bytes.length <= cutAfter) response.end(bytes);
    else response.write(bytes.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), cutIn));
  }
}
