import type { JobOutcome } from '../../engine/index.js';

/** The longest that one timer can wait: 24.8 days. */
const longestTimer = 2 ** 31 - 1;

/** The first reason to end a job before its time. */
export class StopRequest {
  /** Settles when the signal is aborted or the time is over; otherwise never. */
  readonly requested: Promise<JobOutcome>;
  readonly #signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;
  #stop: (outcome: JobOutcome) => void = () => undefined;

  constructor(signal: AbortSignal, timeout: number | undefined) {
    this.#signal = signal;
    this.requested = new Promise((resolve) => {
      this.#stop = resolve;
    });
    signal.addEventListener('abort', this.#cancel, { once: true });
    if (signal.aborted) this.#cancel();
    if (timeout !== undefined) this.#wait(timeout);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#cancel);
  }

  readonly #cancel = (): void => {
    this.#stop({ state: 'cancelled' });
  };

  #wait(left: number): void {
    const now = Math.min(left, longestTimer);
    this.#timer = setTimeout(() => {
      if (left > now) this.#wait(left - now);
      else this.#stop({ state: 'timed-out' });
    }, now);
  }
}
