/** How long the cache server may take before the run goes on without it. */
export interface Patience {
  /** Until there is a connection. Milliseconds. */
  readonly connectMs: number;
  /** Between one sign of life and the next: the first byte of an answer, more of it, more of what is sent. Milliseconds. */
  readonly silenceMs: number;
  /** Slowest stream that is waited for, once it had `silenceMs` to start. */
  readonly bytesPerSecond: number;
  /** One request from its start to its end. Milliseconds. */
  readonly wholeMs: number;
}

/** @param silence seconds, what a user may set: `--timeout`. Everything else follows it. */
export function patienceOf(silence: number): Patience {
  return {
    connectMs: silence * 500,
    silenceMs: silence * 1000,
    bytesPerSecond: 64_000,
    wholeMs: silence * 30_000,
  };
}
