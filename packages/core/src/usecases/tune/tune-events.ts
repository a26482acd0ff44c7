import type { ScopedTrial } from '../../tune/study/index.js';

/** What a study tells while it works. */
export type TuneEvent =
  | { readonly type: 'trial-begun'; readonly trial: ScopedTrial; readonly counts: StudyCounts }
  | { readonly type: 'trial-ended'; readonly trial: ScopedTrial; readonly counts: StudyCounts }
  /** A leader is tried on more seeds. */
  | { readonly type: 'leader-begun'; readonly trial: ScopedTrial; readonly seeds: readonly number[] }
  | { readonly type: 'leader-ended'; readonly trial: ScopedTrial };

/** How far a study has come. */
export interface StudyCounts {
  /** Trials that there are to be in all. */
  readonly of: number;
  /** Trials that ended, however they did. */
  readonly ended: number;
  /** Of these. */
  readonly failed: number;
  readonly pruned: number;
  /** Trials that this process began or took up, and that ended. */
  readonly here: number;
  /** The best of those that ended well, by its mean over seeds. */
  readonly best: ScopedTrial | undefined;
}

/** Why no further trial is begun. */
export type EndOfStudy = 'all-begun' | 'exhausted' | 'time' | 'cost' | 'no-gain' | 'failures';
