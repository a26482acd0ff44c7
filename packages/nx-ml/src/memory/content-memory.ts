import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What was found out before, by the content that it was found in, so that a workspace of a thousand models costs a look
 * instead of a thousand parses. Anything that cannot be read back is simply found out again.
 */
export class ContentMemory<T> {
  readonly #file: string;
  readonly #maker: string;
  #known: ReadonlyMap<string, T> | undefined;

  /**
   * @param file absolute.
   * @param maker names the code that made the entries; entries of any other maker are forgotten.
   */
  constructor(file: string, maker: string) {
    this.#file = file;
    this.#maker = maker;
  }

  get(key: string): T | undefined {
    this.#known ??= this.#load();
    return this.#known.get(key);
  }

  /** Keeps exactly these entries. Other processes may do the same at once: the last one stays, whole. */
  replace(entries: ReadonlyMap<string, T>): void {
    this.#known = entries;
    const aside = `${this.#file}.${String(process.pid)}`;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(aside, JSON.stringify({ maker: this.#maker, entries: [...entries] }));
    renameSync(aside, this.#file);
  }

  #load(): ReadonlyMap<string, T> {
    try {
      const { maker, entries } = JSON.parse(readFileSync(this.#file, 'utf8')) as {
        readonly maker: string;
        readonly entries: readonly (readonly [string, T])[];
      };
      return new Map(maker === this.#maker ? entries : []);
    } catch {
      return new Map();
    }
  }
}
