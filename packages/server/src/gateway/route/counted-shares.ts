import type { ArmCounts, Counts } from '@nx-ml/core/deploy';

import { ArmCounter } from './arm-counter.js';
import { newRevision } from './revision.js';

/** What both arms did while the candidate had one share. */
interface CountedShare {
  readonly share: number;
  readonly baseline: ArmCounter;
  readonly candidate: ArmCounter;
}

/**
 * The counts of one trial, parted by the share in force when a request was routed: a label that comes late counts for the share of its
 * request, and not for the one of today.
 */
export class CountedShares {
  readonly #epoch = newRevision();
  readonly #parts: CountedShare[] = [];

  /** Who counts from now on. */
  begin(share: number): CountedShare {
    const last = this.#parts.at(-1);
    if (last?.share === share) return last;
    const part = { share, baseline: new ArmCounter(), candidate: new ArmCounter() };
    this.#parts.push(part);
    return part;
  }

  get counts(): Counts {
    const byShare = this.#parts.map(({ share, baseline, candidate }) => ({
      share,
      baseline: baseline.counts,
      candidate: candidate.counts,
    }));
    const [baseline, candidate] = [
      byShare.map((part) => part.baseline),
      byShare.map((part) => part.candidate),
    ];
    return { baseline: sumOf(baseline), candidate: sumOf(candidate), byShare, epoch: this.#epoch };
  }
}

function sumOf(parts: readonly ArmCounts[]): ArmCounts {
  const feedback = new Map<string, { seen: number; bad: number }>();
  for (const [name, { seen, bad }] of parts.flatMap((part) => Object.entries(part.feedback))) {
    const before = feedback.get(name) ?? { seen: 0, bad: 0 };
    feedback.set(name, { seen: before.seen + seen, bad: before.bad + bad });
  }
  const total = (key: 'requests' | 'errors' | 'slow'): number =>
    parts.reduce((sum, part) => sum + part[key], 0);
  return {
    requests: total('requests'),
    errors: total('errors'),
    slow: total('slow'),
    feedback: Object.fromEntries(feedback),
  };
}
