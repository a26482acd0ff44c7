import { Blocks, blockSize, Sink } from './flow-ends.js';
import type { OpenFile } from './open-file.js';

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

  /** @param part is copied. @throws what an earlier write failed with */
  write(part: Uint8Array): void {
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
    const [block, at, count] = [this.#block, this.#at, this.#filled];
    this.#block = this.#blocks.take();
    this.#at += count;
    this.#filled = 0;
    this.#sink.write({ block, at, count });
  }
}
