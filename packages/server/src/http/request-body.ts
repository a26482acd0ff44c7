import type { IncomingMessage } from 'node:http';

import { fromHex } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import { openHash } from './hashing/index.js';
import type { RunningHash } from './hashing/index.js';

/** Bytes handed on at once: a call a piece of a socket, of 64 KB, would cost more than what is done with it. */
const blockBytes = 512 * 1024;
/** One is being written, one waits, one is being filled. */
const blockCount = 3;

interface Block {
  readonly memory: Buffer;
  used: number;
  /** When its hash is done; undefined when it is already. */
  hashed: Promise<void> | undefined;
}

/**
 * The body of a request as it comes, once: hashed while earlier bytes are being written, in memory that does not grow. A client that
 * is faster than whoever reads is made to wait. `discard` must be called.
 */
export class RequestBody {
  readonly #free: Block[];
  readonly #full: Block[] = [];
  #filling: Block | undefined;
  /** What did not fit any more. */
  #rest: Buffer | undefined;
  #isOver = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  /** @param hash goes on with what came earlier, where this goes on with it */
  constructor(
    private readonly request: IncomingMessage,
    size: number,
    private readonly hash: RunningHash = openHash(size),
  ) {
    const memory = hash.blocks ?? blocksFor(size);
    this.#free = memory.map((block) => ({ memory: block, used: 0, hashed: undefined }));
    request.on('data', this.#take).on('end', this.#end).on('error', this.#fail).on('close', this.#close);
  }

  /**
   * The bytes; a block is good until the next is asked for.
   *
   * @throws Error when the connection breaks: nothing that came is the whole; or when it cannot be hashed
   */
  async *blocks(): AsyncIterable<Uint8Array> {
    for (;;) {
      const block = await this.#next();
      if (block === undefined) return;
      yield block.memory.subarray(0, block.used);
      await block.hashed;
      block.used = 0;
      this.#free.push(block);
      this.#goOn();
    }
  }

  /** Of all that came, what came earlier included; after the last block. */
  async digest(): Promise<Digest> {
    return fromHex(await this.hash.digest());
  }

  /**
   * Lets the rest come and go, so that the client is still there to read why it was refused: a connection that closes on its upload
   * is no answer. What `blocks` gave is not good any more.
   */
  discard(): void {
    const { request } = this;
    this.hash.close();
    request.off('data', this.#take).off('end', this.#end).off('close', this.#close);
    request.resume();
  }

  async #next(): Promise<Block | undefined> {
    for (;;) {
      // What came before the connection broke comes before the failure: an upload goes on from there.
      const isOver = this.#isOver || this.#failure !== undefined;
      const block = this.#full.shift() ?? (isOver ? this.#last() : undefined);
      if (block === undefined && this.#failure !== undefined) throw this.#failure;
      if (block !== undefined || isOver) return block;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #last(): Block | undefined {
    const block = this.#filling;
    this.#filling = undefined;
    if (block === undefined || block.used === 0) return undefined;
    this.#hashBlock(block);
    return block;
  }

  /** As a whole: it would be several calls otherwise, or messages to another thread. */
  #hashBlock(block: Block): void {
    block.hashed = this.hash.update(block.memory.subarray(0, block.used));
    // Whoever takes the block is told.
    block.hashed?.catch(() => undefined);
  }

  readonly #take = (bytes: Buffer): void => {
    this.#fill(bytes);
  };

  #fill(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      this.#filling ??= this.#free.pop();
      if (this.#filling === undefined) {
        this.#rest = bytes.subarray(at);
        this.request.pause();
        return;
      }
      at += this.#copy(this.#filling, bytes, at);
    }
  }

  #copy(block: Block, bytes: Buffer, at: number): number {
    const count = bytes.copy(block.memory, block.used, at);
    block.used += count;
    if (block.used === block.memory.length) {
      this.#hashBlock(block);
      this.#full.push(block);
      this.#filling = undefined;
      this.#wake?.();
    }
    return count;
  }

  #goOn(): void {
    const rest = this.#rest;
    if (rest === undefined) return;
    this.#rest = undefined;
    this.request.resume();
    this.#fill(rest);
  }

  readonly #end = (): void => {
    this.#isOver = true;
    this.#wake?.();
  };

  readonly #fail = (error: Error): void => {
    this.#failure ??= error;
    this.#wake?.();
  };

  readonly #close = (): void => {
    if (!this.#isOver) this.#fail(new Error('The connection broke'));
  };
}

function blocksFor(size: number): Buffer[] {
  const length = Math.max(1, Math.min(blockBytes, size));
  return Array.from({ length: size <= length ? 1 : blockCount }, () => Buffer.allocUnsafe(length));
}
