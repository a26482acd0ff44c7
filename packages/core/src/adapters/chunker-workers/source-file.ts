import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';

const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A regular file that must stay as it is while it is read. */
export class SourceFile {
  readonly #path: string;
  readonly #handle: number;
  readonly #before: BigIntStats;

  /** @throws the system's error: ELOOP for a symbolic link */
  constructor(path: string) {
    this.#path = path;
    this.#handle = openSync(path, flags);
    this.#before = fstatSync(this.#handle, { bigint: true });
  }

  isRegular(): boolean {
    return this.#before.isFile();
  }

  /** Fills a block from where the last read ended. @returns bytes read; fewer than asked for only at the end */
  read(block: Buffer): number {
    let filled = 0;
    for (let count = -1; count !== 0 && filled < block.length; filled += count)
      count = readSync(this.#handle, block, filled, block.length - filled, null);
    return filled;
  }

  /** True when the path is still the file that was read, so many bytes of it, and nobody wrote there. */
  isUnchanged(bytesRead: number): boolean {
    const now = lstatSync(this.#path, { bigint: true, throwIfNoEntry: false });
    return (
      now !== undefined && fingerprint(now) === fingerprint(this.#before) && now.size === BigInt(bytesRead)
    );
  }

  close(): void {
    closeSync(this.#handle);
  }
}

function fingerprint(stat: BigIntStats): string {
  return [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].map(String).join(':');
}
