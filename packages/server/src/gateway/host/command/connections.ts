import type { HttpAnswer } from './answer-parser.js';
import { Connection } from './connection.js';

interface Waiting {
  readonly resolve: (connection: Connection) => void;
  readonly reject: (error: Error) => void;
}

/** Kept-alive connections to one process; what finds none free waits in line. */
export class Connections {
  readonly #all = new Set<Connection>();
  readonly #free: Connection[] = [];
  readonly #waiting: Waiting[] = [];
  #isClosed = false;

  constructor(
    private readonly port: number,
    /** Connections at once. */
    private readonly most: number,
  ) {}

  /**
   * @param isFresh a connection that was never used: one that was may have been closed by the other side just now
   * @param use told the connection as soon as it is taken, so that it can be given up. @returns false where nobody wants it any more
   * @throws NoAnswer, BrokenAnswer
   */
  async ask(
    { head, body, isFresh }: { readonly head: string; readonly body: Uint8Array; readonly isFresh: boolean },
    use: (connection: Connection) => boolean,
  ): Promise<HttpAnswer> {
    const connection = this.#take(isFresh) ?? (await this.#next());
    try {
      if (!use(connection)) throw new Error('nobody waits for it');
      return await connection.ask(head, body);
    } finally {
      this.#release(connection);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of [...this.#all]) connection.destroy();
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('the process has ended'));
  }

  #take(isFresh: boolean): Connection | undefined {
    if (isFresh) for (const connection of this.#free.splice(0)) connection.destroy();
    // The one that was used last: the others may close meanwhile.
    for (let free = this.#free.pop(); free !== undefined; free = this.#free.pop())
      if (free.isOpen) return free;
    return this.#all.size < this.most ? this.#open() : undefined;
  }

  #open(): Connection {
    const opened = new Connection(this.port, (connection) => {
      this.#all.delete(connection);
      this.#serveNext();
    });
    this.#all.add(opened);
    return opened;
  }

  #next(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  #release(connection: Connection): void {
    if (!connection.isOpen) return;
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(connection);
    else next.resolve(connection);
  }

  /** One has closed, so that another may be opened. */
  #serveNext(): void {
    if (this.#isClosed || this.#all.size >= this.most) return;
    const next = this.#waiting.shift();
    next?.resolve(this.#open());
  }
}
