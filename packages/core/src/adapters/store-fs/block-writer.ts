import { Blocks, blockSize, Sink } from './flow-ends.js';
import type { OpenFile } from './open-file.js';

/** Bytes that are worth a write of their own. */
const enough = blockSize / 4;

/** Gathers pieces of any size into blocks, which other threads write while the caller's thread goes on. */
export class BlockWriter {
  readonly #blocks = new Blocks();
  readonly #sink: Sink;
  #block = this.#blocks.take();
  #filled = 0;
  /** Where in the file the block begins. */
  #at: number;

  constructor(file: OpenFile, start: number) {
    this.#sink = new Sink(file, this.#blocks);
    this.#at = start;
  }

  /** @param part must stay as it is: a large one is written as it came. @throws what an earlier write failed with */
  write(part: Uint8Array): void {
    if (this.#filled === 0 && part.length >= enough) this.#pass(part);
    else this.#gather(part);
  }

  #gather(part: Uint8Array): void {
    for (let taken = 0; taken < part.length;) {
      const piece = part.subarray(taken, taken + blockSize - this.#filled);
      this.#block.set(piece, this.#filled);
      this.#filled += piece.length;
      taken += piece.length;
      if (this.#filled === blockSize) this.#hand();
    }
  }

  /** Resolves when all is written. It need not be durable. */
  async end(): Promise<void> {
    this.#hand();
    await this.#sink.end();
  }

  /** Writes what can be written, and fails with nothing; the file may be closed then. */
  async flush(): Promise<void> {
    await this.end().catch(() => undefined);
    await this.#sink.idle();
  }

  #hand(): void {
    if (this.#filled === 0) return;
    const [block, count] = [this.#block, this.#filled];
    this.#block = this.#blocks.take();
    this.#filled = 0;
    this.#pass(block, count);
  }

  #pass(block: Uint8Array, count = block.length): void {
    const at = this.#at;
    this.#at += count;
    this.#sink.write({ block, at, count });
  }
}
