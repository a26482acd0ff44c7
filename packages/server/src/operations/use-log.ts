import * as fs from 'node:fs/promises';
import { join } from 'node:path';

import type { StateFolder } from '../access/state/index.js';

/** Milliseconds: a use within an hour of the last that is kept changes nothing that matters. */
export const useGrain = 60 * 60 * 1000;
/** Lines that are added before the file is written anew with one line a blob. */
const mostAdded = 100_000;

/**
 * When entries were used last: lines `<milliseconds> <blob>` that are added to a file in the state folder, some seconds' together. What a
 * crash takes of it makes an entry look unused for a little longer; nothing more depends on it.
 */
export class UseLog {
  readonly #path: string;
  readonly #kept = new Map<string, number>();
  #waiting: string[] = [];
  #added = 0;

  /** @param file in the folder `usage`; those of entries and of the store are kept apart */
  constructor(state: StateFolder, file: 'uses.log' | 'store.log' = 'uses.log') {
    this.#path = join(state.folder('usage'), file);
  }

  /** The last use of each that is known. A line that is damaged tells nothing. */
  async read(): Promise<ReadonlyMap<string, number>> {
    const text = await fs.readFile(this.#path, 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const [, time, blob] = /^([0-9]{13}) (\S+)$/.exec(line) ?? [];
      if (time !== undefined && blob !== undefined)
        this.#kept.set(blob, Math.max(Number(time), this.#kept.get(blob) ?? 0));
    }
    return this.#kept;
  }

  used(blob: string, at: number): void {
    if (at - (this.#kept.get(blob) ?? 0) < useGrain) return;
    this.#kept.set(blob, at);
    this.#waiting.push(`${String(at)} ${blob}\n`);
  }

  /** The last use that is kept; undefined for none. */
  at(blob: string): number | undefined {
    return this.#kept.get(blob);
  }

  forget(blob: string): void {
    this.#kept.delete(blob);
  }

  /** Adds what waits. */
  async flush(): Promise<void> {
    this.#added += this.#waiting.length;
    if (this.#added > mostAdded) return this.compact();
    const lines = this.#waiting.join('');
    this.#waiting = [];
    if (lines !== '') await fs.appendFile(this.#path, lines, { mode: 0o600 });
  }

  /** Writes anew what is known: one line a blob. */
  async compact(): Promise<void> {
    const lines = [...this.#kept].map(([blob, at]) => `${String(at)} ${blob}\n`);
    this.#waiting = [];
    this.#added = 0;
    const fresh = `${this.#path}.new`;
    await fs.writeFile(fresh, lines.join(''), { mode: 0o600 });
    await fs.rename(fresh, this.#path);
  }
}
