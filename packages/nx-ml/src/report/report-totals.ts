import type { Spent } from '@nx-ml/core/savings';
import type { ModelReport } from '@nx-ml/core/usecases/report';

/** What the runs of a model took when they ran. */
export function spentOn({ steps }: Pick<ModelReport, 'steps'>): Spent {
  return sum(steps.map(({ tookMs, gpus }) => ({ ms: tookMs, gpuMs: tookMs * gpus })));
}

/** `made`: what it took to make the models that are others than before. `kept`: what it would take to make the others again. */
export function totals(models: readonly ModelReport[]): { readonly made: Spent; readonly kept: Spent } {
  const of = (states: readonly ModelReport['state'][]): Spent =>
    sum(models.filter(({ state }) => states.includes(state)).map(spentOn));
  return { made: of(['changed', 'new']), kept: of(['same']) };
}

function sum(all: readonly Spent[]): Spent {
  return all.reduce((total, { ms, gpuMs }) => ({ ms: total.ms + ms, gpuMs: total.gpuMs + gpuMs }), {
    ms: 0,
    gpuMs: 0,
  });
}
