/** Milliseconds after the first end, and at most. */
const [shortest, longest] = [100, 30_000];
/** Whoever ran for that long starts from the shortest pause again. */
const healthy = 60_000;

/** How long to wait before a model that ended is started again: twice as long each time. Pure. */
export class Restarts {
  #pause = shortest;

  /** @param ran milliseconds that it was ready. @returns milliseconds */
  next(ran: number): number {
    if (ran >= healthy) this.#pause = shortest;
    const pause = this.#pause;
    this.#pause = Math.min(2 * pause, longest);
    return pause;
  }
}
