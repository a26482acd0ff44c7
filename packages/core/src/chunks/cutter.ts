import { cutModule } from './cut-module.js';
import { gearTable } from './gear.js';
import { likely, maxChunk, minChunk, turn, unlikely } from './limits.js';
import { instantiate, makeMemory } from './web-assembly.js';
import type { Scan, SharedMemory } from './web-assembly.js';

/** Bytes at the start of a cutter's memory that are its own; the bytes to cut lie behind. */
export const reserved = 64 * 1024;

/** Memory to cut in: that of the cutter itself and `bytes` more. */
export function cutterMemory(bytes: number): SharedMemory {
  return makeMemory(reserved + bytes);
}

/**
 * Cuts a stream of bytes where the content says so: FastCDC's normalised chunking over a gear hash, in WebAssembly.
 * The cuts depend on the bytes alone, not on the blocks in which they come.
 */
export class Cutter {
  readonly #scan: Scan;
  readonly #hash: { value: number };
  /** Bytes of the chunk that is being cut. */
  #length = 0;

  /** @param memory from cutterMemory; other threads may read it meanwhile. */
  constructor(memory: SharedMemory) {
    new Uint32Array(memory.buffer, 0, 256).set(gearTable());
    const { scan, hash } = instantiate(cutModule, memory);
    this.#scan = scan;
    this.#hash = hash;
  }

  /** Bytes since the last cut. At the end of the file they are its last chunk. */
  get pending(): number {
    return this.#length;
  }

  /**
   * Goes on with the bytes at `[from, to)` of the memory.
   *
   * @returns where the next chunk begins; undefined when there is no cut up to `to`.
   */
  next(from: number, to: number): number | undefined {
    if (from === to) return undefined;
    let at = this.#skip(from, to);
    at = this.#roll(at, to, { upTo: turn, limit: unlikely });
    if (this.#length > 0 && at < to) at = this.#roll(at, to, { upTo: maxChunk, limit: likely });
    if (this.#length === maxChunk) this.#cut();
    return this.#length === 0 ? at : undefined;
  }

  /** No cut is made before the minimum, so its bytes need not be looked at. */
  #skip(from: number, to: number): number {
    const count = Math.min(to - from, Math.max(0, minChunk - this.#length));
    this.#length += count;
    return from + count;
  }

  #roll(at: number, to: number, { upTo, limit }: { readonly upTo: number; readonly limit: number }): number {
    const end = Math.min(to, at + upTo - this.#length);
    if (end <= at) return at;
    const cut = this.#scan(at, end, limit);
    if (cut === 0) this.#length += end - at;
    else this.#cut();
    return cut === 0 ? end : cut;
  }

  #cut(): void {
    this.#length = 0;
    this.#hash.value = 0;
  }
}
