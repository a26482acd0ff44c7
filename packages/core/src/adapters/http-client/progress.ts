/** Tells of each byte once, whichever try brought it. */
export class Progress {
  #told = 0;
  #come = 0;

  constructor(private readonly onBytes: ((count: number) => void) | undefined) {}

  /** All over again. */
  restart(): void {
    this.#come = 0;
  }

  add(count: number): void {
    this.#come += count;
    if (this.#come <= this.#told) return;
    this.onBytes?.(this.#come - this.#told);
    this.#told = this.#come;
  }
}
