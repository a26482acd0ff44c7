import type { ArmCounts } from '@nx-ml/core/deploy';

/** Feedback of one name of one arm. */
interface Seen {
  seen: number;
  bad: number;
}

/** What one arm did. Numbers only grow. */
export class ArmCounter {
  requests = 0;
  errors = 0;
  slow = 0;
  readonly #feedback = new Map<string, Seen>();

  addFeedback(name: string, isBad: boolean): void {
    let seen = this.#feedback.get(name);
    if (seen === undefined) this.#feedback.set(name, (seen = { seen: 0, bad: 0 }));
    seen.seen += 1;
    if (isBad) seen.bad += 1;
  }

  get counts(): ArmCounts {
    const feedback = Object.fromEntries([...this.#feedback].map(([name, seen]) => [name, { ...seen }]));
    return { requests: this.requests, errors: this.errors, slow: this.slow, feedback };
  }
}
