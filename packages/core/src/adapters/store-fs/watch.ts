import type { StoreProgress, WatchOptions } from '../../store/index.js';

/** Told at most so often within one file: a block takes some milliseconds. */
const everyBytes = 16 * 1024 * 1024;
const everyFiles = 64;

/** Counts what an operation has done, tells whoever watches, and ends the operation when they say so. */
export class Watch {
  private files = 0;
  private bytes = 0;
  private told = { files: 0, bytes: 0 };

  /** @param whole what there is to do, as far as it is known */
  constructor(
    private readonly options: WatchOptions = {},
    private readonly whole: Pick<StoreProgress, 'ofFiles' | 'ofBytes'> = {},
  ) {}

  /** So much more is done. @throws the reason of the signal when it was aborted */
  advance(files: number, bytes: number): void {
    this.check();
    this.files += files;
    this.bytes += bytes;
    if (this.files - this.told.files >= everyFiles || this.bytes - this.told.bytes >= everyBytes) this.tell();
  }

  /** @throws the reason of the signal when it was aborted */
  check(): void {
    this.options.signal?.throwIfAborted();
  }

  /** For a part that was counted already: it ends as this does, and tells nobody. */
  silent(): Watch {
    return new Watch({ signal: this.options.signal });
  }

  /** All is done. */
  end(): void {
    this.tell();
  }

  private tell(): void {
    const { files, bytes } = this;
    this.told = { files, bytes };
    this.options.onProgress?.({ files, bytes, ...this.whole });
  }
}
