/** An edit of one file: what stands there, and what shall. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** What the digit reader of the quickstart is first, so that its committed version is one that betters it. */
export const firstDigitReader: Edit = {
  file: 'models/digit-reader/ml.yaml',
  from: 'hidden: 64',
  to: 'hidden: 16',
};

export interface NewVersion extends Edit {
  /** The beginning of what `nx-ml gate run` says of it: the verdict, and the model. */
  readonly answer: string;
}

/** A new version of each model of the quickstart, one for each answer that a gate has. */
export const newVersions: readonly NewVersion[] = [
  { ...reversed(firstDigitReader), answer: 'PASS  digit-reader' },
  // No better than the accepted one.
  {
    file: 'models/penguin-mass/ml.yaml',
    from: 'penalties: [0.01, 0.1, 1, 10, 100]',
    to: 'penalties: [0.02]',
    answer: 'FAIL  penguin-mass',
  },
  // As far from it as so few examples cannot tell.
  {
    file: 'models/penguin-species/ml.yaml',
    from: 'decay: 0.001',
    to: 'decay: 1',
    answer: 'INCONCLUSIVE  penguin-species',
  },
  // Loses a slice.
  {
    file: 'models/spam-filter/ml.yaml',
    from: 'vocabulary: 60000',
    to: 'vocabulary: 1500',
    answer: 'FAIL  spam-filter',
  },
];

function reversed({ file, from, to }: Edit): Edit {
  return { file, from: to, to: from };
}
