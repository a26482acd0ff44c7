import type { ContentMemory } from '../memory/index.js';

/** What texts were parsed into, by content: made once in this process, and known from earlier ones where those kept it. */
export class Parsed<T> {
  readonly #memory: ContentMemory<T> | undefined;
  readonly #used = new Map<string, T>();
  #isNew = false;

  /** @param memory where results are found again; without it they live as long as this process. */
  constructor(memory?: ContentMemory<T>) {
    this.#memory = memory;
  }

  /** @param parse gives a value that survives JSON. */
  get(key: string, parse: () => T): T {
    const used = this.#used.get(key);
    if (used !== undefined) return used;
    const known = this.#memory?.get(key);
    if (known === undefined) this.#isNew = true;
    const value = known ?? parse();
    this.#used.set(key, value);
    return value;
  }

  /** Keeps what was used here for later processes, and nothing else. */
  keep(): void {
    if (this.#isNew) this.#memory?.replace(this.#used);
  }
}
