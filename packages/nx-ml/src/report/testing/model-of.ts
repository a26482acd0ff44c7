import { reason, unaskedVerdict } from '@nx-ml/core/gate';
import { digestOf } from '@nx-ml/core/kernel';
import type { ModelReport } from '@nx-ml/core/usecases/report';

import type { ReportContext } from '../report-form.js';
import { policyOf } from './policy-of.js';

const interval = { lower: 0.9, upper: 0.93, method: 'wilson' } as const;
const measured = { name: 'accuracy', better: 'higher', value: 0.912, interval, n: 1200 } as const;
const policy = policyOf('accuracy');

/** A model that changed, with a bit of everything. */
export function modelOf(project: string, changes: Partial<ModelReport> = {}): ModelReport {
  const verdict = unaskedVerdict(
    {
      ...{ project, policy, budget: null },
      read: {
        ...{ question: null, candidate: digestOf('candidate'), baseline: null, testSet: null },
        predictions: { candidate: null, baseline: null },
      },
    },
    reason('baseline', { what: `nobody knows ${project}` }),
  );
  return {
    ...{ project, root: `models/${project}`, state: 'changed', error: undefined, baseError: undefined },
    steps: [
      { ref: { project, step: 'train' }, state: 'current', tookMs: 3_600_000, gpus: 1, runs: 1 },
      { ref: { project, step: 'evaluate' }, state: 'run', tookMs: 0, gpus: 0, runs: 1 },
    ],
    base: {
      found: { by: 'accepted', at: '2026-11-20T00:00:00.000Z', because: 'pass', revision: undefined },
      ...{ model: digestOf('base'), seed: 1, predictions: digestOf('answers') },
    },
    changes: [{ what: 'param', name: 'alpha', before: 1, after: 0.5 }],
    sealed: false,
    movement: {
      measures: [
        {
          ...{ name: 'accuracy', better: 'higher', unit: undefined, before: measured, now: measured },
          difference: { gain: -0.016, lower: -0.024, upper: -0.008, p: 0.001 },
        },
        {
          ...{ name: 'log_loss', better: 'lower', unit: undefined, before: measured, now: measured },
          difference: { gain: 0.02, lower: 0.01, upper: 0.03, p: 0.001 },
        },
      ],
      slices: [
        {
          ...{ slice: `lang=${project}`, measure: 'accuracy', n: 60, before: 0.9, now: 0.8, moved: true },
          difference: { gain: -0.1, lower: -0.2, upper: -0.05, p: 0.001 },
        },
      ],
      unpaired: undefined,
    },
    figures: { examples: { test: 1200, free: 0, behaviour: 0 }, weak: undefined, seed: 1 },
    behaviour: [{ case: project, n: 10, passed: 7, interval: null, min: 1, met: false }],
    noFigures: undefined,
    own: { before: { f1: 0.8 }, now: { f1: 0.9 } },
    plots: [
      {
        kind: 'confusion',
        classes: [project, 'other'],
        counts: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    ...{ policy, verdict, lines: { gate: 9, evaluate: 7 } },
    ...changes,
  };
}

export function contextOf(changes: Partial<ReportContext> = {}): ReportContext {
  return {
    ...{ prices: { hour: 1, gpu: 2, currency: 'EUR' }, plots: true, head: 'main@8d02ab1', version: '1.2.3' },
    ...{ fullPage: 'https://ci.example/7', missing: [], at: '2026-11-27T00:00:00.000Z' },
    ...changes,
  };
}
