import { MlError } from '@nx-ml/core/kernel';
import type { Charts } from '@nx-ml/core/report';

import { commentBytes, reportForm, summaryBytes } from './report-form.js';
import { reportPage } from './report-page.js';
import { contextOf, modelOf } from './testing/model-of.js';

const hostile = '</td><img src=https://x/y.png> | @everyone `#1` \u202e';
const context = contextOf();

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
