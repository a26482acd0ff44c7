import type { BigIntStats } from 'node:fs';

import type { Digest } from '../../kernel/index.js';
import { hasMark, hasMarkButNames, markOf } from './source.js';
import type { Mark } from './source.js';
import type { StoreFolder } from './store-folder.js';

/** Milliseconds after which an object is read again all the same: a disk may have lost a bit meanwhile. */
const longest = 10 * 60 * 1000;
const mostKept = 1000;

interface Receipt {
  readonly mark: Mark;
  readonly at: number;
}

/**
 * Objects that this process has just hashed as they came from another place, wrote and named, by the numbers of their files. Whoever
 * places one next need not read it once more while it still is that file. Each is forgotten by that: a link changes the numbers.
 */
export class Received {
  readonly #receipts = new Map<Digest, Receipt>();

  /** @param now milliseconds on a clock that only goes forward */
  constructor(
    private readonly folder: StoreFolder,
    private readonly now: () => number,
  ) {}

  /** @param written what the file said of itself after its last byte was hashed and written, before it was named */
  remember(digest: Digest, written: BigIntStats): void {
    const stat = this.folder.disk.statOpen(this.folder.object(digest));
    // Naming it is a change of its own. Where the clock has not moved since the last byte, it would not tell an edit from that.
    if (stat === undefined || !hasMarkButNames(stat, markOf(written)) || stat.ctimeNs <= stat.mtimeNs) return;
    this.#receipts.set(digest, { mark: markOf(stat), at: this.now() });
    const [oldest] = this.#receipts.keys();
    if (this.#receipts.size > mostKept && oldest !== undefined) this.#receipts.delete(oldest);
  }

  /** Once: the numbers of the file, when it is as it was received; undefined for what must be read. */
  take(digest: Digest): Mark | undefined {
    const receipt = this.#receipts.get(digest);
    if (receipt === undefined) return undefined;
    this.#receipts.delete(digest);
    const isYoung = this.now() - receipt.at < longest;
    return isYoung && this.isUntouched(digest, receipt.mark) ? receipt.mark : undefined;
  }

  /** Whether the object is the file that had these numbers, and nothing was done to it since. */
  isUntouched(digest: Digest, mark: Mark): boolean {
    const stat = this.folder.disk.statOpen(this.folder.object(digest));
    return stat !== undefined && hasMark(stat, mark);
  }

  /** Whether a link that was just made to an untouched object leads to it, and nobody wrote there meanwhile. */
  isLinkTo(path: string, mark: Mark): boolean {
    const stat = this.folder.workspace.statOpen(path);
    return stat !== undefined && hasMarkButNames(stat, mark);
  }
}
