/** Time, passed in so that domain code stays pure and tests control it. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Monotonic, milliseconds from an arbitrary start; for durations. */
  monotonic(): number;
}
