import type { ArmCounts, Counts, ShareCounts } from '../target.js';

/** What came of one request; several may hold. */
export interface Answer {
  readonly error: boolean;
  readonly slow: boolean;
  /** The label that came for it: bad or good; undefined: none came. */
  readonly bad?: boolean | undefined;
}

type ArmName = 'baseline' | 'candidate';

/** Counted in place: specs send many requests. */
class Arm {
  requests = 0;
  errors = 0;
  slow = 0;
  seen = 0;
  bad = 0;

  count({ error, slow, bad }: Answer): void {
    this.requests += 1;
    this.errors += error ? 1 : 0;
    this.slow += slow ? 1 : 0;
    this.seen += bad === undefined ? 0 : 1;
    this.bad += bad === true ? 1 : 0;
  }

  add(other: Arm): this {
    for (const key of ['requests', 'errors', 'slow', 'seen', 'bad'] as const) this[key] += other[key];
    return this;
  }

  counts(): ArmCounts {
    const { requests, errors, slow, seen, bad } = this;
    return { requests, errors, slow, feedback: seen === 0 ? {} : { label: { seen, bad } } };
  }
}

interface Part extends Record<ArmName, Arm> {
  readonly share: number;
}

/** Counts of both arms, for each share that was in force. */
export class MemoryArms {
  readonly #parts: Part[] = [];
  #pairs = 0;
  #different = 0;

  constructor(private readonly epoch: string) {}

  begin(share: number): void {
    if (this.#parts.at(-1)?.share === share) return;
    this.#parts.push({ share, baseline: new Arm(), candidate: new Arm() });
  }

  count(arm: ArmName, answer: Answer): void {
    this.#parts.at(-1)?.[arm].count(answer);
  }

  compare(isDifferent: boolean): void {
    this.#pairs += 1;
    this.#different += isDifferent ? 1 : 0;
  }

  counts(): Counts {
    const total = (arm: ArmName): ArmCounts =>
      this.#parts.reduce((all, part) => all.add(part[arm]), new Arm()).counts();
    const byShare = this.#parts.map(({ share, baseline, candidate }): ShareCounts => {
      return { share, baseline: baseline.counts(), candidate: candidate.counts() };
    });
    const compared = { pairs: this.#pairs, different: this.#different };
    return {
      baseline: total('baseline'),
      candidate: total('candidate'),
      byShare,
      epoch: this.epoch,
      compared,
    };
  }
}
