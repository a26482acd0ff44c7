import { stepId } from '@nx-ml/core/layout';
import type { StepRef } from '@nx-ml/core/layout';
import type { StepExplanation } from '@nx-ml/core/usecases/explain';

import { remoteJson } from './remote-text.js';
import type { RemoteAnswer } from './remote-text.js';

/** An explanation as one document: the step asked for first, its causes after it. */
export function whyJson(
  steps: readonly StepExplanation[],
  after: readonly StepRef[],
  answer: RemoteAnswer,
): unknown {
  return {
    formatVersion: 1,
    steps: steps.map(({ ref, last, error, waitsFor, ...rest }) => ({
      step: stepId(ref),
      ...rest,
      waitsFor: waitsFor.map(stepId),
      ...(last === undefined
        ? {}
        : {
            last: {
              at: last.at,
              revision: last.revision,
              runs: last.runs.map(({ seed, key }) => ({ seed, key })),
            },
          }),
      ...(error === undefined ? {} : { error: { code: error.code, message: error.message, fix: error.fix } }),
    })),
    after: after.map(stepId),
    remote: remoteJson(answer),
  };
}
