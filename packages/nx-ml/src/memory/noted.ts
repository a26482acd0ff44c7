import type { ContentMemory } from './content-memory.js';

/** Answers that this process looked up or found in a memory; `keep` leaves exactly those for later processes. */
export class Noted<T> {
  readonly #memory: ContentMemory<T>;
  readonly #used = new Map<string, T>();
  #isNew = false;

  constructor(memory: ContentMemory<T>) {
    this.#memory = memory;
  }

  get(key: string): T | undefined {
    const known = this.#used.get(key) ?? this.#memory.get(key);
    if (known !== undefined) this.#used.set(key, known);
    return known;
  }

  set(key: string, value: T): void {
    this.#isNew = true;
    this.#used.set(key, value);
  }

  keep(): void {
    if (this.#isNew) this.#memory.replace(this.#used);
  }
}
