import { costOf } from '@nx-ml/core/savings';
import type { Prices } from '@nx-ml/core/savings';
import type { ModelReport } from '@nx-ml/core/usecases/report';

import { spentOn, totals } from './report-totals.js';

/** A report as one document, with all numbers. */
export function reportJson(
  models: readonly ModelReport[],
  { prices, head }: { readonly prices: Prices | undefined; readonly head: string | undefined },
): unknown {
  const { made, kept } = totals(models);
  return {
    formatVersion: 1,
    ...(head === undefined ? {} : { head }),
    made: { ...made, cost: costOf(made, prices) },
    kept: { ...kept, cost: costOf(kept, prices) },
    models: models.map(({ error, baseError, base, policy, steps, ...rest }) => ({
      ...rest,
      gated: policy !== undefined,
      steps: steps.map(({ ref, ...step }) => ({ step: ref.step, ...step })),
      spent: spentOn({ steps }),
      ...(base === undefined
        ? {}
        : { base: { ...base.found, model: base.model, seed: base.seed, predictions: base.predictions } }),
      ...(error === undefined ? {} : { error: { code: error.code, message: error.message, fix: error.fix } }),
      ...(baseError === undefined ? {} : { baseError: { code: baseError.code, message: baseError.message } }),
    })),
  };
}
