import { recordBytes } from '../../chunks/index.js';

/** Records of chunks one after another, in memory that doubles as it fills. */
export class ListBuilder {
  #bytes = Buffer.allocUnsafeSlow(64 * recordBytes);
  #length = 0;

  add(digest: Uint8Array, size: number): void {
    if (this.#length === this.#bytes.length) this.#grow();
    this.#bytes.set(digest, this.#length);
    this.#bytes.writeUInt32LE(size, this.#length + digest.length);
    this.#length += recordBytes;
  }

  /** A view of memory that is this list's alone, so that it can be handed to another thread. */
  bytes(): Buffer<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(): void {
    const larger = Buffer.allocUnsafeSlow(2 * this.#bytes.length);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
