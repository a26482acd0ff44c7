import { digestOf, MlError } from '@nx-ml/core/kernel';
import type { Charts } from '@nx-ml/core/report';
import type { ModelReport } from '@nx-ml/core/usecases/report';

import { unaskedVerdict, reason } from '@nx-ml/core/gate';
import { commentBytes, reportForm, summaryBytes } from './report-form.js';
import type { ReportContext } from './report-form.js';
import { reportPage } from './report-page.js';
import { policyOf } from './testing/policy-of.js';

const interval = { lower: 0.9, upper: 0.93, method: 'wilson' } as const;
const measured = { name: 'accuracy', better: 'higher', value: 0.912, interval, n: 1200 } as const;
const policy = policyOf('accuracy');
const hostile = '</td><img src=https://x/y.png> | @everyone `#1` \u202e';

function modelOf(project: string, changes: Partial<ModelReport> = {}): ModelReport {
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
      ...{
        model: digestOf('base'),
        seed: 1,
        predictions: digestOf('answers'),
        metrics: {},
        document: undefined,
      },
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

const context: ReportContext = {
  ...{ prices: { hour: 1, gpu: 2, currency: 'EUR' }, plots: true, head: 'main@8d02ab1', version: '1.2.3' },
  fullPage: 'https://ci.example/7',
};

describe('A report on models', () => {
  it('begins with the answer, and puts what is worse before what is better', async () => {
    const models = [
      modelOf('mail'),
      modelOf('digits', { state: 'same', movement: undefined }),
      modelOf('new', { state: 'unmade' }),
    ];
    const text = await reportForm('markdown', models, context);
    expect(text).toMatch(/^## Models: 1 changed, 1 not trained as it is, 1 unchanged\n/);
    expect(text).toContain('**Gates:** 2 INCONCLUSIVE');
    expect(text).toContain('**Worse beyond chance:** `lang=mail` of `mail`, `lang=new` of `new`');
    expect(text).toContain('What changed was made in 1 h 0 m (1.0 GPU-hours, 3.00 EUR)');
    expect(text).toContain(
      '| `accuracy` | 0.912 \\[0.9, 0.93\\] | 0.912 \\[0.9, 0.93\\] | −0.016 \\[−0.024, −0.008\\] | worse |',
    );
    // A loss that falls is a gain.
    expect(text).toContain(
      '| `log_loss` | 0.912 \\[0.9, 0.93\\] | 0.912 \\[0.9, 0.93\\] | −0.02 \\[−0.03, −0.01\\] | better |',
    );
    expect(text).toContain('| param | `alpha` | 1 → 0.5 |');
    expect(text).not.toContain('<code>digits</code>');
  });

  it('tells only what it may of a sealed model', async () => {
    const sealed = modelOf('mail', {
      sealed: true,
      own: undefined,
      figures: undefined,
      movement: undefined,
      plots: [],
    });
    const text = await reportForm('markdown', [sealed], context);
    expect(text).toContain('keeps the test set sealed');
    expect(text).not.toContain('metrics.json');
  });

  it.each(['markdown', 'gitlab', 'summary', 'html', 'junit', 'sarif', 'json'] as const)(
    'obeys nothing that a name says: %s',
    async (format) => {
      const error = new MlError('ERR_ML_CONFIG_REFERENCE', { message: hostile, fix: hostile });
      const models = [modelOf(hostile), modelOf('b', { state: 'broken', error })];
      const text = await reportForm(format, models, context);
      if (format === 'json' || format === 'sarif') JSON.parse(text);
      // Code shows what it holds.
      else expect(text.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '')).not.toMatch(/<img/);
      if (['markdown', 'gitlab', 'summary'].includes(format))
        expect(text.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '')).not.toMatch(/@everyone|#1/);
    },
  );

  it('fits a thousand models into a comment and a summary, and has all of them in the page', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => modelOf(`team/model-${String(index)}`));
    const [comment, summary] = [
      await reportForm('markdown', many, context),
      await reportForm('summary', many, context),
    ];
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(commentBytes);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(summaryBytes);
    for (const text of [comment, summary]) expect(text).toContain('[All of it](<https://ci.example/7>)');
    let drawn = 0;
    const charts: Charts = {
      svg: () => {
        drawn += 1;
        return Promise.resolve('<svg width="1"></svg>');
      },
    };
    const page = await reportPage(many, { ...context, charts });
    expect([page.sections.length, drawn]).toEqual([1000, 100]);
  });

  it('is a case for each step and gate in JUnit', async () => {
    const text = await reportForm('junit', [modelOf('mail')], context);
    expect(text).toContain('tests="3" failures="1" errors="0" skipped="1"');
    expect(text).toMatch(
      /name="gate" file="models\/mail\/ml\.yaml" time="0\.000"><failure message="inconclusive: /,
    );
  });

  it('points at the lines of ml.yaml in SARIF', async () => {
    const sarif = JSON.parse(await reportForm('sarif', [modelOf('mail')], context)) as {
      readonly runs: readonly {
        readonly results: readonly { readonly ruleId: string; readonly locations: readonly object[] }[];
      }[];
    };
    const results = sarif.runs[0]?.results ?? [];
    expect(results.map(({ ruleId }) => ruleId)).toEqual([
      'gate-undecided',
      'behaviour-missed',
      'slice-worse',
    ]);
    expect(results[0]?.locations).toEqual([
      { physicalLocation: { artifactLocation: { uri: 'models/mail/ml.yaml' }, region: { startLine: 9 } } },
    ]);
  });
});
