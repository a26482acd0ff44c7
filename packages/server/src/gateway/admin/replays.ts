/** Requests that are remembered; of each some 100 bytes. */
const most = 100_000;

/** Knows the requests that were answered, so that none is answered twice. */
export class Replays {
  readonly #seen = new Set<string>();

  /** @returns false for one that was seen, or is none */
  take(id: unknown): boolean {
    if (typeof id !== 'string' || !/^[0-9a-f]{32}$/.test(id) || this.#seen.has(id)) return false;
    this.#seen.add(id);
    if (this.#seen.size > most)
      for (const oldest of [...this.#seen].slice(0, most / 10)) this.#seen.delete(oldest);
    return true;
  }
}
