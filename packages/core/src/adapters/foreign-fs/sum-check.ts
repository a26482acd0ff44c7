import { createHash } from 'node:crypto';

import { fromHex } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { ForeignSum } from '../../interop/foreign/index.js';
import { UnixLines } from './md5.js';

interface Sum {
  update(bytes: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

/** Takes bytes as they come by, once, and tells whether they are what a foreign sum names and what they are in our terms. */
export class SumCheck {
  readonly #sha256 = createHash('sha256');
  readonly #foreign: readonly Sum[];
  readonly #sum: ForeignSum;
  readonly #expected: number | undefined;
  #size = 0;

  /** @param size bytes that will come, which git's sums begin with; undefined where it is not known. */
  constructor(sum: ForeignSum, size: number | undefined) {
    this.#sum = sum;
    this.#expected = size;
    this.#foreign = hashesOf(sum, size);
  }

  update(bytes: Uint8Array): void {
    this.#size += bytes.byteLength;
    this.#sha256.update(bytes);
    for (const hash of this.#foreign) hash.update(bytes);
  }

  /** @returns undefined when they are other bytes. */
  end(): { readonly digest: Digest; readonly size: number } | undefined {
    const sha256 = this.#sha256.digest('hex');
    const sums = this.#sum.kind === 'sha256' ? [sha256] : this.#foreign.map((hash) => hash.digest('hex'));
    const isWhole = this.#expected === undefined || this.#expected === this.#size;
    return isWhole && sums.includes(this.#sum.hex)
      ? { digest: fromHex(sha256), size: this.#size }
      : undefined;
  }
}

/** DVC 2 normalised texts alone, and does not say which file was one: either sum will do. */
function hashesOf({ kind }: ForeignSum, size: number | undefined): readonly Sum[] {
  switch (kind) {
    case 'sha256':
      return [];
    case 'md5':
      return [createHash('md5')];
    case 'md5-dos2unix':
      return [createHash('md5'), new UnixLines()];
    case 'git-sha1':
      return [createHash('sha1').update(`blob ${String(size ?? 0)}\0`)];
  }
}
