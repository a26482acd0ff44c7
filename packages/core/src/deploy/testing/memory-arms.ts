import type { ArmCounts, Counts, ShareCounts } from '../target.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What came of one request; several may hold. */
export interface Answer {
  readonly error: boolean;
  readonly slow: boolean;
  /** The label that came for it: bad or good; undefined: none came. */
  readonly bad?: boolean | undefined;
}

const none: ArmCounts = { requests: 0, errors: 0, slow: 0, feedback: {} };

/** Counts of both arms, for each share that was in force. */
export class MemoryArms {
  readonly #parts: Mutable<ShareCounts>[] = [];
  #pairs = 0;
  #different = 0;

  constructor(private readonly epoch: string) {}

  begin(share: number): void {
    if (this.#parts.at(-1)?.share === share) return;
    this.#parts.push({ share, baseline: none, candidate: none });
  }

  count(arm: 'baseline' | 'candidate', answer: Answer): void {
    const part = this.#parts.at(-1);
    if (part !== undefined) part[arm] = sum(part[arm], countsOf(answer));
  }

  compare(isDifferent: boolean): void {
    this.#pairs += 1;
    this.#different += isDifferent ? 1 : 0;
  }

  counts(): Counts {
    const total = (arm: 'baseline' | 'candidate'): ArmCounts =>
      this.#parts.reduce((all, part) => sum(all, part[arm]), none);
    return {
      baseline: total('baseline'),
      candidate: total('candidate'),
      byShare: this.#parts.map((part) => ({ ...part })),
      epoch: this.epoch,
      compared: { pairs: this.#pairs, different: this.#different },
    };
  }
}

function countsOf({ error, slow, bad }: Answer): ArmCounts {
  const labels = bad === undefined ? {} : { label: { seen: 1, bad: bad ? 1 : 0 } };
  return { requests: 1, errors: error ? 1 : 0, slow: slow ? 1 : 0, feedback: labels };
}

function sum(a: ArmCounts, b: ArmCounts): ArmCounts {
  const names = new Set([...Object.keys(a.feedback), ...Object.keys(b.feedback)]);
  const both = (name: string, key: 'seen' | 'bad'): number =>
    (a.feedback[name]?.[key] ?? 0) + (b.feedback[name]?.[key] ?? 0);
  return {
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    slow: a.slow + b.slow,
    feedback: Object.fromEntries(
      [...names].map((name) => [name, { seen: both(name, 'seen'), bad: both(name, 'bad') }]),
    ),
  };
}
