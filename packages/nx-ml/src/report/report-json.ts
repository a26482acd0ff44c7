import { costOf } from '@nx-ml/core/savings';
import type { Prices } from '@nx-ml/core/savings';
import type { ModelReport } from '@nx-ml/core/usecases/report';

import { spentOn, totals } from './report-totals.js';

export interface ReportJsonContext {
  readonly prices: Prices | undefined;
  readonly head: string | undefined;
  readonly missing: readonly string[];
  /** When it is written; ISO 8601, UTC. */
  readonly at: string;
}

/** A report as one document, with all numbers: what decodeReport reads, and sums for other readers. */
export function reportJson(
  models: readonly ModelReport[],
  { prices, head, missing, at }: ReportJsonContext,
): unknown {
  const { made, kept } = totals(models);
  return {
    formatVersion: 1,
    at,
    ...(head === undefined ? {} : { head }),
    made: { ...made, cost: costOf(made, prices) },
    kept: { ...kept, cost: costOf(kept, prices) },
    ...(missing.length === 0 ? {} : { missing }),
    models: models.map(modelJson),
  };
}

function modelJson({ error, baseError, base, steps, ...rest }: ModelReport): unknown {
  return {
    ...rest,
    gated: rest.policy !== undefined,
    steps: steps.map(({ ref, state, tookMs, gpus, runs }) => ({
      step: ref.step,
      ...{ state, tookMs, gpus, runs },
    })),
    spent: spentOn({ steps }),
    ...(base === undefined
      ? {}
      : { base: { ...base.found, model: base.model, seed: base.seed, predictions: base.predictions } }),
    ...(error === undefined ? {} : { error: toldError(error) }),
    ...(baseError === undefined ? {} : { baseError: toldError(baseError) }),
  };
}

/** Of an Error no property but its own would be written. */
function toldError({ code, message, fix }: NonNullable<ModelReport['error']>): unknown {
  return { code, message, fix };
}
