/** What a criterion's test found, before it is said where the criterion stands. */
export interface Finding {
  readonly outcome: 'met' | 'missed';
  /** The test could have shown what it was asked for: else a miss says nothing of the model. */
  readonly canShow: boolean;
  /** Examples that were judged on; null for what is measured once. */
  readonly n: number | null;
  /** Share of examples on which the two differ; null where nobody can tell it without labels. */
  readonly disagreement: number | null;
  /** The smallest effect, margin or gap that n examples can show; null where there is none. */
  readonly smallest: number | null;
  /** Examples that can show what was asked for; null where no number can. */
  readonly requiredN: number | null;
  readonly scores: Scores;
}

/** What tells of the labels: hidden where only one bit is disclosed. */
export interface Scores {
  readonly candidate: number | null;
  readonly baseline: number | null;
  /** Gain of the candidate, above 0 where it is better; of a floor its value, of fairness the gap. */
  readonly estimate: number | null;
  readonly p: number | null;
  /** One-sided, at the step's level: what is compared with the limit. */
  readonly bound: number | null;
}

export const noScores: Scores = { candidate: null, baseline: null, estimate: null, p: null, bound: null };

/** The evidence cannot be judged. */
export interface Undefined {
  readonly outcome: 'undefined';
  readonly why: string;
}

export function cannotJudge(why: string): Undefined {
  return { outcome: 'undefined', why };
}
