import type { GateAnswer } from '@nx-ml/core/usecases/gate';

/** What the gate says, and what to keep in mind about the question. */
export function answerText({ verdict, asked }: GateAnswer): string {
  const notes = [
    ...(asked?.known === true ? ['  asked before: no step was spent\n'] : []),
    ...(asked?.opened === true
      ? [
          '  the budget of the test set was opened: commit nx-ml.gates.json, so that a lost journal is noticed\n',
        ]
      : []),
  ];
  return [`${verdict.state}\n`, ...notes].join('');
}
