import { hashInName, smallBytes, wholeSource } from '../../remote/index.js';
import type { BlobSource, TransferOptions } from '../../remote/index.js';
import { AnswerFailure, backOff, isPassing, Progress, TransportFailure } from '../http-client/index.js';
import type { Answer, Payload } from '../http-client/index.js';
import { blobPath, uploadPath } from './store-client.js';
import type { StoreClient } from './store-client.js';

/** The server has less than this side thinks, or other bytes, of which it keeps none: the next try begins where it says. */
const unlike = [409, 422];

/**
 * One blob on its way up. The server shows it when all of it is there, and, where its name tells its hash, when that is right. What an
 * interrupted write of such a name brought is not sent again, and whatever came through renews the patience.
 */
export class BlobWrite {
  readonly #progress: Progress;
  readonly #canResume: boolean;
  readonly #signal: AbortSignal | undefined;
  #most = 0;
  #isAllSent = false;

  constructor(
    private readonly client: StoreClient,
    private readonly name: string,
    private readonly source: BlobSource,
    { signal, onBytes }: TransferOptions,
  ) {
    this.#progress = new Progress(onBytes);
    this.#canResume = source.size > smallBytes && hashInName(name) !== undefined;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    let failures = 0;
    for (;;) {
      try {
        const from = this.#canResume ? await this.#offset() : 0;
        if (from > this.#most) failures = 0;
        this.#most = Math.max(from, this.#most);
        if (from === 0 && (await this.#isStored())) return;
        await this.#sendFrom(from);
        return;
      } catch (error) {
        const isUnlike = error instanceof AnswerFailure && unlike.includes(error.status);
        if (failures >= this.client.patience.retries || !(isUnlike || isPassing(error))) throw error;
        if (isUnlike) this.#isAllSent = false;
        await backOff(this.client.patience, failures, this.#signal);
        failures += 1;
      }
    }
  }

  /** How much of it the server has to go on with, bytes. */
  async #offset(): Promise<number> {
    const { size } = this.source;
    const path = uploadPath(this.name);
    const query = { size: String(size) };
    const { headers } = await this.client.ask({ method: 'HEAD', path, query, signal: this.#signal });
    const offset = offsetIn(headers);
    if (offset === undefined || offset > size)
      throw new TransportFailure('an answer without an offset', true);
    return offset;
  }

  /** Where all was sent and only the answer lost, the server has nothing to go on with because it has all of it. */
  async #isStored(): Promise<boolean> {
    if (!this.#canResume || !this.#isAllSent) return false;
    this.#isAllSent = false;
    try {
      const path = blobPath(this.name);
      const { headers } = await this.client.ask({ method: 'HEAD', path, signal: this.#signal });
      return headers['content-length'] === String(this.source.size);
    } catch (error) {
      if (error instanceof AnswerFailure && error.status === 404) return false;
      throw error;
    }
  }

  async #sendFrom(offset: number): Promise<void> {
    const { size } = this.source;
    // All of it is there, and was not stored: with its last byte it is.
    const from = Math.min(offset, Math.max(size - 1, 0));
    const range = `bytes ${String(from)}-${String(size - 1)}/${String(size)}`;
    this.#progress.restart();
    this.#progress.add(from);
    let at = from;
    const { headers } = await this.client.ask({
      method: 'PUT',
      path: blobPath(this.name),
      headers: from === 0 ? {} : { 'content-range': range },
      payload: this.#payload(from),
      signal: this.#signal,
      onSent: (count) => {
        at += count;
        this.#isAllSent = at === size;
        this.#progress.add(count);
      },
    });
    if (offsetIn(headers) !== size)
      throw new TransportFailure('an answer that does not say that all came', true);
  }

  #payload(from: number): Payload {
    const { source, name } = this;
    const size = source.size - from;
    const rest = { size, read: (start: number, end: number) => source.read(from + start, from + end) };
    return { size, open: () => heldBack(wholeSource(rest, name)) };
  }
}

function offsetIn(headers: Answer['headers']): number | undefined {
  const offset = headers['upload-offset'];
  return typeof offset === 'string' && /^\d{1,15}$/.test(offset) ? Number(offset) : undefined;
}

/** The last piece comes when the source has ended well: one that gives more than it promised must not be taken for whole before that. */
async function* heldBack(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let held: Uint8Array | undefined;
  for await (const part of stream) {
    if (held !== undefined) yield held;
    held = part;
  }
  if (held !== undefined) yield held;
}
