import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { AnswerParser } from './answer-parser.js';
import type { HttpAnswer, BrokenAnswer } from './answer-parser.js';

/** The connection broke before a byte of the answer came: whoever has another may ask again. */
export class NoAnswer extends Error {
  /** @param wasAsked whether there was a connection at all, so that the request may have been read */
  constructor(readonly wasAsked: boolean) {
    super(wasAsked ? 'its connection broke' : 'it takes no connection');
  }
}

interface Exchange {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly parser: AnswerParser;
}

/** One connection to a process of this machine; one request at a time. */
export class Connection {
  readonly #socket: Socket;
  #exchange: Exchange | undefined;
  isOpen = true;
  #isConnected = false;

  constructor(
    port: number,
    private readonly onClose: (connection: Connection) => void,
  ) {
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true });
    this.#socket.on('data', (piece: Buffer) => {
      this.#take(piece);
    });
    this.#socket.once('connect', () => {
      this.#isConnected = true;
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.#closed();
    });
  }

  /** @throws NoAnswer, BrokenAnswer */
  ask(head: string, body: Uint8Array): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#exchange = { resolve, reject, parser: new AnswerParser() };
      // One piece: two would be corked, gathered and written as a list, which takes longer than to copy what is small.
      this.#socket.write(Buffer.concat([Buffer.from(head, 'latin1'), body]));
    });
  }

  destroy(): void {
    this.isOpen = false;
    this.#socket.destroy();
  }

  #take(piece: Buffer): void {
    const exchange = this.#exchange;
    if (exchange === undefined) {
      // Nobody asked.
      this.destroy();
      return;
    }
    try {
      const answer = exchange.parser.add(piece);
      if (answer === undefined) return;
      this.#exchange = undefined;
      if (!answer.isReusable) this.destroy();
      exchange.resolve(answer);
    } catch (error) {
      this.#exchange = undefined;
      this.destroy();
      exchange.reject(error as Error);
    }
  }

  #closed(): void {
    this.isOpen = false;
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.onClose(this);
    if (exchange === undefined) return;
    try {
      exchange.resolve(exchange.parser.end());
    } catch (error) {
      exchange.reject(exchange.parser.isEmpty ? new NoAnswer(this.#isConnected) : (error as BrokenAnswer));
    }
  }
}
