import type { Digest } from '@nx-ml/core/kernel';

import type { ArmCounter } from './arm-counter.js';

/** What is remembered of an answered request until its label may have come. */
export interface Answered {
  readonly service: string;
  readonly release: Digest;
  readonly counter: ArmCounter;
  /** The first output, where it is one value: what a label is compared with. */
  readonly value: number | bigint | string | boolean | undefined;
}

/** How long, in milliseconds, and how many. */
export interface KeptWindow {
  readonly duration: number;
  readonly count: number;
}

interface Kept extends Answered {
  readonly at: number;
}

/**
 * Requests by their id, for feedback: believed once for each, and only for what was answered within the window. Bounded in number. An
 * id that is used again stands for the newest request.
 *
 * In two generations, of which the older goes as a whole: to take the oldest out of a map one by one, all that was taken before is passed
 * again each time.
 */
export class AnsweredRequests {
  #young = new Map<string, Kept>();
  #old = new Map<string, Kept>();

  constructor(
    private readonly window: KeptWindow,
    /** Monotonic milliseconds. */
    private readonly now: () => number,
  ) {}

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  add(id: string, { service, release, counter, value }: Answered): void {
    if (this.#young.size >= this.window.count / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(id, { service, release, counter, value, at: this.now() });
  }

  /** One that has no feedback yet. */
  find(id: string): Answered | undefined {
    const kept = this.#young.get(id) ?? this.#old.get(id);
    return kept !== undefined && this.now() - kept.at <= this.window.duration ? kept : undefined;
  }

  /** It gets no second feedback. */
  forget(id: string): void {
    this.#young.delete(id);
    this.#old.delete(id);
  }
}
