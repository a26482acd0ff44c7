import type { GateAnswer } from '@nx-ml/core/usecases/gate';

import { verdictText } from './verdict-text.js';

/** A verdict, and what to keep in mind about the question. */
export function answerText({ verdict, asked }: GateAnswer): string {
  const notes = [
    ...(asked?.known === true ? ['  Asked before: no step was spent.\n'] : []),
    ...(asked?.opened === true
      ? [
          '  The budget of the test set is open now. Commit nx-ml.gates.json, so that a lost journal is noticed.\n',
        ]
      : []),
  ];
  return [verdictText(verdict), ...notes].join('');
}
