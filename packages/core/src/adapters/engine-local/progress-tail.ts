import { open, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { parseProgress } from '../../engine/index.js';
import type { Progress } from '../../engine/index.js';

const interval = 250;
/** The newest lines matter most, so that no more than this is ever read at once. */
const window = 64 * 1024;

/** Takes what is new, oldest first; at least one. */
export type TellProgress = (told: readonly Progress[]) => void;

/**
 * Follows a JSON Lines file that may not exist yet, may be cut off, replaced, or end in half a line, and tells the
 * lines that are progress as they come. Progress is a courtesy: a file that cannot be read is as good as none.
 */
export class ProgressTail {
  readonly #file: string;
  readonly #tell: TellProgress;
  #inode: number | undefined;
  #offset = 0;
  /** Bytes after the last newline. */
  #rest = Buffer.alloc(0);

  private constructor(file: string, tell: TellProgress) {
    this.#file = file;
    this.#tell = tell;
  }

  /** Skips what stands in the file already: it is of an earlier attempt. */
  static async atEndOf(file: string, tell: TellProgress): Promise<ProgressTail> {
    const tail = new ProgressTail(file, tell);
    const found = await regularFile(file);
    tail.#inode = found?.ino;
    tail.#offset = found?.size ?? 0;
    return tail;
  }

  /** Looks every 250 ms. The function returned stops that, after the last line was told, ended by a newline or not. */
  follow(): () => Promise<void> {
    const stop = new AbortController();
    const following = this.#lookUntil(stop.signal);
    return async () => {
      stop.abort();
      await following;
      await this.look({ last: true });
    };
  }

  async look({ last = false } = {}): Promise<void> {
    const found = await regularFile(this.#file);
    if (found !== undefined) await this.#read(found).catch(() => undefined);
    const end = last ? this.#rest.length : this.#rest.lastIndexOf('\n');
    if (end <= 0) return;
    const lines = this.#rest.toString('utf8', 0, end).split('\n');
    this.#rest = this.#rest.subarray(end);
    const told = lines.flatMap((line) => parseProgress(line) ?? []);
    if (told.length > 0) this.#tell(told);
  }

  async #lookUntil(signal: AbortSignal): Promise<void> {
    const elapsed = (): Promise<boolean> => sleep(interval, true, { signal }).catch(() => false);
    while (await elapsed()) await this.look();
  }

  async #read({ ino, size }: Stats): Promise<void> {
    if (ino !== this.#inode || size < this.#offset) this.#startAgain(ino);
    if (size === this.#offset) return;
    const start = Math.max(this.#offset, size - window);
    const handle = await open(this.#file, 'r');
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
      const known = start === this.#offset ? this.#rest : Buffer.alloc(0);
      this.#rest = Buffer.concat([known, buffer.subarray(0, bytesRead)]).subarray(-window);
      this.#offset = start + bytesRead;
    } finally {
      await handle.close();
    }
  }

  #startAgain(inode: number): void {
    this.#inode = inode;
    this.#offset = 0;
    this.#rest = Buffer.alloc(0);
  }
}

/** A pipe in the file's place would block whoever opens it. */
async function regularFile(file: string): Promise<Stats | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true ? found : undefined;
}
