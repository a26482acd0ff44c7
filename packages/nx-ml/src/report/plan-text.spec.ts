import { MlError } from '@nx-ml/core/kernel';
import type { PlannedStep } from '@nx-ml/core/usecases';

import { planJson, planSummary } from './plan-summary.js';
import { planText } from './plan-text.js';

const step = (
  project: string,
  name: PlannedStep['ref']['step'],
  state: PlannedStep['state'],
  rest: Partial<PlannedStep> = {},
): PlannedStep => ({
  ref: { project, step: name },
  state,
  runs: 1,
  seeds: 1,
  sparedMs: 0,
  gpus: 0,
  waitsFor: [],
  ...rest,
});

const text = (steps: readonly PlannedStep[], all = false) =>
  planText(steps, {
    all,
    projects: 5,
    stops: steps.filter(({ ref, state }) => ref.step === 'train' && state === 'run'),
  });

const current = [
  step('mails', 'data', 'current'),
  step('species', 'train', 'current', { sparedMs: 7_200_000, gpus: 2 }),
];

describe('planText', () => {
  it('is one line when there is nothing to do, whatever else there is', () => {
    expect(text(current)).toBe(
      'Nothing would execute: 0 of 1 model train; the caches spare 2 h 0 m (4.0 GPU-hours).\n',
    );
    expect(text([])).toBe('Nothing would execute.\n');
  });

  it('lists what has news, what it costs, and what it waits for', () => {
    expect(
      text([
        ...current,
        step('spam', 'train', 'run', { predictedMs: 100_000, runs: 1, seeds: 3 }),
        step('spam', 'evaluate', 'waits', {
          predictedMs: 1000,
          waitsFor: [{ project: 'spam', step: 'train' }],
        }),
        step('other', 'train', 'restore'),
      ]),
    ).toBe(
      `       train                        evaluate
spam   run 1 of 3 seeds ~ 1 m 40 s  run? ~ 1.0 s
other  restore
+ 3 projects with nothing to do

1 of 3 models trains, about 1 m 40 s; the caches spare 2 h 0 m (4.0 GPU-hours).
run?: it reads what is made first, and is spared where that comes out the same as before.

Stopped by --fail-on: spam:train. nx-ml why spam tells the reason.
`,
    );
  });

  it('says that a time is not known, and what is broken', () => {
    const error = new MlError('ERR_ML_CONFIG_INVALID', { message: 'it is wrong', fix: 'Mend it.' });
    const output = text([step('a', 'train', 'run'), step('b', 'train', 'broken', { error })]);
    expect(output).toContain('1 of 2 models trains, for how long is not known.');
    expect(output).toContain('b:train  ERR_ML_CONFIG_INVALID  it is wrong\n  Mend it.\n');
  });
});

describe('planJson', () => {
  it('holds steps and summary', () => {
    expect(JSON.parse(JSON.stringify(planJson(current)))).toMatchObject({
      formatVersion: 1,
      steps: [{ step: 'mails:data', state: 'current' }, { step: 'species:train' }],
      summary: { models: 1, trains: 0, sparedMs: 7_200_000, sparedGpuMs: 14_400_000 },
    });
    expect(planSummary([step('a', 'train', 'run')]).trainMs).toBeUndefined();
  });
});
