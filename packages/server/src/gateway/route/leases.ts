/** The longest that one timer can wait: 24.8 days. */
const longestTimer = 2 ** 31 - 1;

/** Candidates that live as long as somebody says so. By timers, which no change of the clock moves. */
export class Leases {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  /** The lease of before is over without more ado. @param seconds undefined for none */
  set(name: string, seconds: number | undefined, onOver: () => void): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
    if (seconds === undefined) return;
    const over = (): void => {
      this.#timers.delete(name);
      onOver();
    };
    this.#timers.set(name, setTimeout(over, Math.min(seconds * 1000, longestTimer)));
  }

  endAll(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
