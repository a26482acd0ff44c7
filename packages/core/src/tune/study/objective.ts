/** What is optimised: a number of what `train` or `evaluate` came to, never of the test split. */
export interface Objective {
  readonly step: 'train' | 'evaluate';
  /**
   * Of `train` a name in its metrics.json. Of `evaluate` as the gate names it: a measure of the predictions, or `metrics.<name>`.
   */
  readonly metric: string;
  /** Rows of the predictions that a measure is of; null: all that are not of the test set. */
  readonly split: string | null;
  readonly direction: 'maximize' | 'minimize';
}
