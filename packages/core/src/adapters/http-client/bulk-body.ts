import type { OnReadOpts, Socket } from 'node:net';

import { stalled, TransportFailure, transportFailure } from './failure.js';
import { readHead } from './bulk-head.js';
import type { AnswerHead, AskedRange } from './bulk-head.js';

const blockSize = 1024 * 1024;
/** So many blocks wait for their reader before the socket has to. */
const mostWaiting = 4;
const longestHead = 64 * 1024;

/**
 * An answer that is read from the socket into large blocks. Node's own reader of HTTP makes and passes on a buffer for
 * each 64 KB, which takes more of the processor's time than SHA-256 of the same bytes.
 */
export class BulkAnswer {
  /** Undefined for an answer that Node's own reader should be asked for. Rejects with TransportFailure. */
  readonly head: Promise<AnswerHead | undefined>;
  readonly #asked: AskedRange;
  readonly #socket: Socket;
  readonly #blocks: Buffer[] = [];
  #tellHead: (head: AnswerHead | undefined) => void = () => undefined;
  #block = Buffer.allocUnsafeSlow(blockSize);
  #filled = 0;
  /** Bytes of the body that are still to come; undefined before the head is there. */
  #left: number | undefined;
  #failure: TransportFailure | undefined;
  #wake: () => void = () => undefined;

  /**
   * @param connect opens the socket and sends the request
   * @param idle milliseconds after which a connection on which nothing moves is given up
   */
  constructor(
    connect: (onread: OnReadOpts) => Socket,
    { asked, idle }: { readonly asked: AskedRange; readonly idle: number },
  ) {
    this.#asked = asked;
    this.head = new Promise((resolve, reject) => {
      this.#tellHead = resolve;
      this.#wake = () => {
        if (this.#failure !== undefined) reject(this.#failure);
      };
    });
    this.#socket = connect({
      buffer: () => this.#block.subarray(this.#filled),
      callback: (count) => this.#take(count),
    });
    this.#socket.setTimeout(idle, () => {
      this.#fail(stalled(idle));
    });
    this.#socket.on('error', (error) => {
      this.#fail(transportFailure(error));
    });
    this.#socket.once('close', () => {
      this.#fail(new TransportFailure('the connection ended before its time'));
    });
  }

  /** The body, once. What came before the connection broke comes before the failure. */
  async *bytes(): AsyncIterable<Uint8Array> {
    try {
      for (;;) {
        const block = this.#blocks.shift();
        if (block !== undefined) {
          this.#socket.resume();
          yield block;
        } else if (this.#left === 0) return;
        else if (this.#failure !== undefined) throw this.#failure;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.destroy();
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** @returns whether more may come at once */
  #take(count: number): boolean {
    this.#filled += count;
    if (this.#left === undefined) this.#lookForHead();
    else this.#count(count);
    if (this.#filled === this.#block.length || this.#left === 0) this.#pass();
    return this.#blocks.length < mostWaiting;
  }

  #lookForHead(): void {
    const end = this.#block.subarray(0, Math.min(this.#filled, longestHead)).indexOf('\r\n\r\n');
    if (end < 0 && this.#filled < longestHead) return;
    const head = end < 0 ? undefined : readHead(this.#block.toString('latin1', 0, end), this.#asked);
    this.#left = head?.body?.length ?? 0;
    this.#block = this.#block.subarray(end + 4);
    this.#filled -= end + 4;
    this.#tellHead(head);
    if (head?.body === undefined) this.destroy();
    else this.#count(this.#filled);
  }

  #count(count: number): void {
    const left = (this.#left ?? 0) - count;
    this.#left = Math.max(left, 0);
    this.#filled += Math.min(left, 0);
  }

  #pass(): void {
    if (this.#filled > 0) this.#blocks.push(this.#block.subarray(0, this.#filled));
    this.#block = Buffer.allocUnsafeSlow(blockSize);
    this.#filled = 0;
    this.#wake();
  }

  #fail(failure: TransportFailure): void {
    if (this.#failure !== undefined || this.#left === 0) return;
    this.#failure = failure;
    this.destroy();
    // What came of the head is no part of the body.
    if (this.#left === undefined) this.#filled = 0;
    this.#pass();
  }
}
