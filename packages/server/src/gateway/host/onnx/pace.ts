/** Milliseconds that reading one request and writing its answer take where the sockets are, about: 64 numbers of JSON. */
const handling = 0.1;

/** Requests that are worth a message of their own. */
const leastPart = 8;

/** How quickly what was under way before is forgotten, at each message. */
const fading = 0.1;

/**
 * How many requests go to a thread together. All that wait would be the fewest runs, and thread and sockets would take turns: where each client asks
 * again when it is answered, nothing waits while everything is under way. With the half of them, the sockets have their half while the thread has
 * the other. That pays where handling a half takes longer than one run more, which is as long as a request alone takes: with a large model the weights
 * are read for one row as for many. Pure.
 */
export class Pace {
  #load = 0;
  /** Milliseconds of a run with one request, the least that was seen. */
  #alone = Infinity;

  /** Requests that are under way when all are who asked lately: a maximum that fades. */
  get load(): number {
    return Math.round(this.#load);
  }

  /** Of what waits, so many go together, and need not wait for more. */
  get part(): number {
    const worthIt = this.#alone === Infinity ? 0 : this.#alone / handling;
    return Math.ceil(Math.max(leastPart, this.#load / 2, worthIt));
  }

  /** @param underWay requests that are not answered, this one too */
  asked(underWay: number): void {
    this.#load = Math.max(this.#load, underWay);
  }

  /** A message goes. */
  sent(underWay: number): void {
    this.#load -= fading * Math.max(0, this.#load - underWay);
  }

  /** A message is answered. @param took milliseconds */
  answered(requests: number, took: number): void {
    if (requests === 1) this.#alone = Math.min(this.#alone, took);
  }
}
