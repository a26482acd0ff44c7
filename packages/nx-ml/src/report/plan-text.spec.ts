import { MlError } from '@nx-ml/core/kernel';
import type { PlannedStep } from '@nx-ml/core/usecases/plan';
import type { PlannedReleases } from '@nx-ml/core/usecases/releases';

import { planJson, planSummary } from './plan-summary.js';
import { planText } from './plan-text.js';
import type { RemoteAnswer } from './remote-text.js';

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

const none: RemoteAnswer = { place: undefined, failure: undefined };
const nothing: PlannedReleases = { promote: [], deploy: [] };
const text = (steps: readonly PlannedStep[], { all = false, remote = none, releases = nothing } = {}) =>
  planText(steps, {
    all,
    remote,
    releases,
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

  it('says why what reads unseen data cannot be foretold, and how to bring it', () => {
    const unseen = {
      message: 'raw.csv (md5 22a1a2931c83) is nowhere here',
      fix: 'Bring it: dvc pull raw.csv.dvc',
    };
    const planned = text([step('raw', 'data', 'run', { unseen })]);
    expect(planned).toContain('raw:data would bring its data');
    expect(planned).toContain(
      '\n  raw.csv (md5 22a1a2931c83) is nowhere here.\n  Bring it: dvc pull raw.csv.dvc\n',
    );
  });

  it('tells what is packaged, promoted and deployed behind it', () => {
    const gate = [{ project: 'mail', step: 'gate' } as const];
    const releases = {
      promote: [
        { model: 'mail', from: 3, waits: true },
        { model: 'ham', from: null, waits: false },
      ],
      deploy: [
        { service: 'mail-api', environment: 'production', waitsFor: ['mail'] },
        { service: 'ham-api', environment: 'staging', waitsFor: [] },
      ],
    };
    const told = text([step('mail', 'package', 'waits', { waitsFor: gate })], { releases });
    expect(told).toMatch(/^ +package\nmail {2}run, if it passes\n/);
    expect(told).not.toContain('run?:');
    expect(told).toContain(`mail would be promoted in the place of v3, once it is packaged.
ham would be promoted as the first champion.
mail-api would be deployed to production, after mail.
ham-api would be deployed to staging.
`);
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

Stopped by --fail-on: spam:train. nx-ml why spam:train tells the reason.
`,
    );
  });

  it('names what is current and not in the store: whom that stops, and the mend', () => {
    const readBy = [{ project: 'spam', step: 'evaluate' }] as const;
    expect(
      text([
        ...current,
        step('spam', 'train', 'current', { lost: { readBy }, sparedMs: 100_000 }),
        step('spam', 'evaluate', 'run', { predictedMs: 1000 }),
      ]),
    ).toBe(
      `      train                evaluate
spam  current, not stored  run ~ 1.0 s
+ 4 projects with nothing to do

Nothing trains; 1 other step would or may execute; the caches spare 2 h 1 m (4.0 GPU-hours).

The bytes of 1 current result are not in the store, and this workspace has no remote: spam:train.
Where Nx spares them by its cache, spam:evaluate fails; where not, they are made again.
nx run spam:train --skip-nx-cache brings them back, in about 1 m 40 s.
`,
    );
  });

  it('counts what is not in the store without a row for each, where nothing would read it', () => {
    const lost = { readBy: [] };
    const many = Array.from({ length: 7 }, (_, index) =>
      step(`m${String(index)}`, 'train', 'current', { lost }),
    );
    expect(text(many.slice(0, 2))).toBe(`Nothing would execute: 0 of 2 models train.

The bytes of 2 current results are not in the store, and this workspace has no remote: m0:train, m1:train.
Nothing that would execute reads them; where Nx misses its cache, they are made again.
nx run-many -t train -p m0,m1 --skip-nx-cache brings them back.
`);
    const readBy = [
      { project: 'y', step: 'train' },
      { project: 'z', step: 'train' },
    ] as const;
    const read = step('z', 'data', 'current', { lost: { readBy } });
    const output = text([...many, read]);
    expect(output).toContain(
      'The bytes of 8 current results are not in the store, and this workspace has no remote: z:data, m0:train, m1:train,',
    );
    expect(output).toContain(
      'm3:train and 3 more.\nWhere Nx spares them by its cache, y:train, z:train fail;',
    );
    expect(output).toContain(
      'nx run-many -t data train --skip-nx-cache brings them back, and runs all else that is not up to date.\n',
    );
    expect(output).not.toMatch(/^m0/m);
    expect(text(many, { all: true })).toMatch(/^m6 {2}current, not stored$/m);
  });

  it('tells what the remote alone has, and what comes from there', () => {
    const remote = { place: 's3://models', failure: undefined };
    const steps = [
      step('a', 'train', 'restore', { remote: { files: 3, bytes: 1_200_000_000 } }),
      step('b', 'train', 'current', { remote: { files: 1, bytes: 50_000_000 } }),
    ];
    expect(text(steps, { remote })).toBe(`   train
a  restore, 1.2 GB from the remote
+ 4 projects with nothing to do

Nothing would execute: 0 of 2 models train.

Of 2 results the remote alone has bytes: a:train, b:train.
4 files of 1.3 GB come from s3://models when something reads them.
`);
    expect(planSummary(steps).remoteBytes).toBe(1_250_000_000);
  });

  it('tells that the remote gave no answer, and why', () => {
    const failure = new MlError('ERR_ML_REMOTE_UNAVAILABLE', { message: 'it is far', fix: 'Come near.' });
    const remote = { place: 's3://models', failure };
    const lost = step('a', 'train', 'current', { lost: { readBy: [] } });
    const output = text([lost], { remote });
    expect(output).toContain(
      'The bytes of 1 current result are not in the store, and the remote gave no answer: a:train.',
    );
    expect(output).toContain('What only the remote has counts as not there: it is far.\n  Come near.\n');
    expect(text([lost], { remote: { place: 's3://models', failure: undefined } })).toContain(
      'are neither in the store nor at s3://models: a:train.',
    );
    expect(planJson([lost], remote, nothing)).toMatchObject({
      remote: { place: 's3://models', failure: { code: 'ERR_ML_REMOTE_UNAVAILABLE' } },
    });
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
    expect(JSON.parse(JSON.stringify(planJson(current, none, nothing)))).toMatchObject({
      formatVersion: 1,
      steps: [{ step: 'mails:data', state: 'current' }, { step: 'species:train' }],
      summary: { models: 1, trains: 0, sparedMs: 7_200_000, sparedGpuMs: 14_400_000, lost: 0 },
    });
    expect(planSummary([step('a', 'train', 'run')]).trainMs).toBeUndefined();
  });

  it('has of each result that is not in the store who reads it and the mend', () => {
    const lost = { readBy: [{ project: 'spam', step: 'evaluate' }] } as const;
    const document: unknown = JSON.parse(
      JSON.stringify(planJson([...current, step('spam', 'train', 'current', { lost })], none, nothing)),
    );
    expect(document).toMatchObject({
      steps: [
        {},
        expect.not.objectContaining({ lost: expect.anything() as unknown }),
        {
          step: 'spam:train',
          state: 'current',
          lost: { readBy: ['spam:evaluate'], fix: 'nx run spam:train --skip-nx-cache' },
        },
      ],
      summary: { lost: 1 },
    });
  });
});
