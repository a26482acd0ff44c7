import type { Rng } from '../kernel/index.js';

export interface BreakerPolicy {
  /** Failures one after the other that open it. */
  readonly failures: number;
  /** How long nothing is asked after it opened; doubled each time the one question that follows fails too. Milliseconds. */
  readonly firstMs: number;
  readonly longestMs: number;
}

type State =
  | { readonly kind: 'closed'; readonly failures: number }
  | { readonly kind: 'open'; readonly until: number; readonly pauseMs: number }
  /** One question is under way; its answer decides. */
  | { readonly kind: 'trying'; readonly pauseMs: number };

/**
 * Keeps a server that is down from costing each task its time-out: after some failures in a row nothing is asked for a while, then
 * one question is let through. Times are monotonic milliseconds, so that a clock that jumps changes nothing.
 */
export class CircuitBreaker {
  readonly #policy: BreakerPolicy;
  readonly #rng: Rng;
  #state: State = { kind: 'closed', failures: 0 };

  constructor(policy: BreakerPolicy, rng: Rng) {
    this.#policy = policy;
    this.#rng = rng;
  }

  /** May something be asked now? Whoever is told so says how it went: succeeded, failed or undecided. */
  admits(now: number): boolean {
    if (this.#state.kind === 'closed') return true;
    if (this.#state.kind === 'trying' || now < this.#state.until) return false;
    this.#state = { kind: 'trying', pauseMs: this.#state.pauseMs };
    return true;
  }

  /** Milliseconds until it is worth asking; 0 while it is closed. */
  pauseFrom(now: number): number {
    if (this.#state.kind === 'closed') return 0;
    return this.#state.kind === 'open' ? Math.max(0, this.#state.until - now) : this.#state.pauseMs;
  }

  /** Lets the next question through now, whatever time is left: there is no later. */
  hurry(): void {
    if (this.#state.kind === 'open') this.#state = { ...this.#state, until: -Infinity };
  }

  succeeded(): void {
    this.#state = { kind: 'closed', failures: 0 };
  }

  /** The question was given up by whoever asked: it says nothing of the server. */
  undecided(now: number): void {
    if (this.#state.kind === 'trying') this.#open(now, this.#state.pauseMs);
  }

  failed(now: number): void {
    if (this.#state.kind === 'open') return;
    const { failures, firstMs, longestMs } = this.#policy;
    if (this.#state.kind === 'trying') {
      this.#open(now, Math.min(this.#state.pauseMs * 2, longestMs));
      return;
    }
    const failed = this.#state.failures + 1;
    if (failed >= failures) this.#open(now, firstMs);
    else this.#state = { kind: 'closed', failures: failed };
  }

  #open(now: number, pauseMs: number): void {
    this.#state = { kind: 'open', pauseMs, until: now + pauseMs * (0.75 + this.#rng.uniform() / 4) };
  }
}
