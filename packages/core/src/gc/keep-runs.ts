import type { HistoryEntry, StepName } from '../documents/index.js';
import type { Digest } from '../kernel/index.js';

export interface RunPolicy {
  /** Runs younger than this are kept. Days. */
  readonly keepDays: number;
  /** So many of the newest runs of each step are kept. */
  readonly keepLast: number;
}

export interface ProjectHistory {
  /** Name of its journal. */
  readonly name: string;
  /** Oldest first. */
  readonly entries: readonly HistoryEntry[];
}

/** A run that was published: a key whose journal has an entry. */
export interface PublishedRun {
  readonly key: Digest;
  /** When it started, where its record still tells. Milliseconds since the epoch. */
  readonly madeAt: number | undefined;
}

export type KeptBecause =
  | { readonly because: 'stands' }
  | { readonly because: 'branch'; readonly branch: string }
  | { readonly because: 'newest' }
  | { readonly because: 'young' }
  | { readonly because: 'unknown-age' };

export interface RunFacts {
  readonly runs: readonly PublishedRun[];
  readonly histories: readonly ProjectHistory[];
  /** Keys that a workspace stands at. */
  readonly standing: ReadonlySet<Digest>;
  /** Branches that still are. */
  readonly branches: ReadonlySet<string>;
  readonly now: number;
}

const dayMs = 86_400_000;

/** Which runs' results are kept, and why: the first reason that holds, in the order of the type. */
export function keptRuns(facts: RunFacts, policy: RunPolicy): ReadonlyMap<Digest, KeptBecause> {
  const { newest, onBranch, lastSeen } = fromHistories(facts, policy);
  const kept = new Map<Digest, KeptBecause>();
  for (const { key, madeAt } of facts.runs) {
    const branch = onBranch.get(key);
    const seen = Math.max(madeAt ?? -Infinity, lastSeen.get(key) ?? -Infinity);
    if (facts.standing.has(key)) kept.set(key, { because: 'stands' });
    else if (branch !== undefined) kept.set(key, { because: 'branch', branch });
    else if (newest.has(key)) kept.set(key, { because: 'newest' });
    else if (seen === -Infinity) kept.set(key, { because: 'unknown-age' });
    else if (facts.now - seen < policy.keepDays * dayMs) kept.set(key, { because: 'young' });
  }
  return kept;
}

interface SeenInHistories {
  readonly newest: ReadonlySet<Digest>;
  readonly onBranch: ReadonlyMap<Digest, string>;
  readonly lastSeen: ReadonlyMap<Digest, number>;
}

function fromHistories({ histories, branches }: RunFacts, { keepLast }: RunPolicy): SeenInHistories {
  const newest = new Set<Digest>();
  const onBranch = new Map<Digest, string>();
  const lastSeen = new Map<Digest, number>();
  for (const { entries } of histories) {
    const counts = new Map<StepName, number>();
    const branchesOfSteps = new Set<string>();
    for (const entry of entries.toReversed()) {
      const { step, revision, at } = entry;
      const count = (counts.get(step) ?? 0) + 1;
      counts.set(step, count);
      const branch = revision?.branch;
      const isLastOfBranch = branch !== undefined && !branchesOfSteps.has(`${step} ${branch}`);
      if (isLastOfBranch) branchesOfSteps.add(`${step} ${branch}`);
      for (const { key } of entry.runs) {
        if (count <= keepLast) newest.add(key);
        if (isLastOfBranch && branches.has(branch)) onBranch.set(key, branch);
        lastSeen.set(key, Math.max(lastSeen.get(key) ?? -Infinity, Date.parse(at)));
      }
    }
  }
  return { newest, onBranch, lastSeen };
}
