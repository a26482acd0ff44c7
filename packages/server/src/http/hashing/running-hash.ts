import type { Hash } from 'node:crypto';

/** The sha256 of bytes that come block by block. */
export interface RunningHash {
  /** Memory that it asks for its blocks to lie in. Undefined: any will do. */
  readonly blocks?: readonly Buffer[];

  /**
   * Goes on with a block, which stays as it is until the answer. @returns undefined when it is done at once
   *
   * @throws Error (rejects) when whoever hashes is gone
   */
  update(block: Buffer): Promise<void> | undefined;

  /** Hexadecimal, of all; once, after the last block. @throws Error as `update` */
  digest(): Promise<string>;

  /** Once, at the end, whether it was asked or not: its memory may be another's from then on. */
  close(): void;
}

/** Hashes where it is called. */
export class HashHere implements RunningHash {
  /** @param hash of what came earlier, where this goes on with it */
  constructor(private readonly hash: Hash) {}

  update(block: Buffer): undefined {
    this.hash.update(block);
  }

  digest(): Promise<string> {
    return Promise.resolve(this.hash.digest('hex'));
  }

  close(): void {
    // It holds nothing.
  }
}
