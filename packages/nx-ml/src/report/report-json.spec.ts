import { digestOf, isMlError, MlError } from '@nx-ml/core/kernel';
import { decodeReport } from '@nx-ml/core/usecases/report';
import type { ModelReport } from '@nx-ml/core/usecases/report';

import { reportForm, reportFormats } from './report-form.js';
import { contextOf, modelOf } from './testing/model-of.js';

const context = contextOf();
const commit = '0123456789'.repeat(4);

/** One of everything that a report can hold. */
const models: readonly ModelReport[] = [
  modelOf('mail'),
  modelOf('all', {
    base: {
      found: {
        ...{ by: 'accepted', at: '2026-11-20T00:00:00.000Z', because: 'override' },
        revision: { commit, branch: 'main', dirty: false },
      },
      ...{ model: digestOf('base'), seed: null, predictions: undefined },
    },
    changes: [
      { what: 'code', path: 'a.mjs', change: 'edited', origin: { state: 'uncommitted' } },
      {
        ...{ what: 'code', path: 'b.mjs', change: 'renamed', from: 'c.mjs' },
        origin: { state: 'committed', commit, subject: 'Move it' },
      },
      {
        ...{ what: 'data', name: 'mails', project: 'mails', before: digestOf('1'), after: digestOf('2') },
        files: [
          {
            path: 'a.csv',
            change: 'edited',
            size: [1, undefined],
            rows: { added: 1, removed: 2, changed: 3 },
          },
          { path: 'b.csv', change: 'renamed', from: 'c.csv', size: [4, 4] },
        ],
      },
      { what: 'param', name: 'layers', after: [1, { deep: [true, null] }] },
      { what: 'package', name: 'natural', before: '8.0.1' },
    ],
    figures: {
      ...{ examples: { test: 9, free: 1, behaviour: 2 }, seed: 3 },
      weak: {
        ...{ by: 'error rate', searched: 4 },
        found: [{ segment: [{ key: 'lang', value: 'de' }], n: 40, inside: 0.5, outside: 0.1, p: 0.01 }],
      },
    },
    behaviour: [{ case: 'empty', n: 0, passed: null, interval: null, min: 1, met: false, why: 'none' }],
    plots: [
      {
        ...{ kind: 'roc', positive: 'spam' },
        series: [
          {
            of: 'now',
            points: [
              [0, 0],
              [0.5, 1],
            ],
          },
        ],
      },
      { kind: 'residuals', left: 3, series: [{ of: 'before', points: [[1, -1]] }] },
    ],
  }),
  modelOf('broken', {
    state: 'broken',
    error: new MlError('ERR_ML_CONFIG_REFERENCE', { message: 'no such data', fix: 'name it' }),
    base: undefined,
    baseError: new MlError('ERR_ML_STORE_UNAVAILABLE', { message: 'away', fix: 'wait' }),
    ...{ changes: undefined, movement: undefined, figures: undefined, own: undefined, noFigures: 'none' },
    ...{ behaviour: [], plots: [], policy: undefined, verdict: undefined },
  }),
  modelOf('commit', {
    base: {
      found: { by: 'commit', revision: 'main', exact: false },
      ...{ model: digestOf('base'), seed: 1, predictions: digestOf('answers') },
    },
  }),
];

describe('A report as JSON', () => {
  it.each(reportFormats)('tells another machine all that it needs for %s', async (format) => {
    const document = decodeReport(Buffer.from(await reportForm('json', models, context)));
    expect(document).toMatchObject({ at: context.at, head: context.head });
    const told = await reportForm(format, document.models, context);
    const whole = await reportForm(format, models, context);
    // The order of keys says nothing.
    if (format === 'json') expect(JSON.parse(told)).toEqual(JSON.parse(whole));
    else expect(told).toBe(whole);
  });

  it('has no plots where none are wanted', async () => {
    const document = decodeReport(Buffer.from(await reportForm('json', models, contextOf({ plots: false }))));
    expect(document.models.flatMap(({ plots }) => plots)).toEqual([]);
  });

  it.each<readonly [string, (text: string) => string]>([
    ['cut off', (text) => text.slice(0, -10)],
    ['of a newer format', (text) => text.replace('"formatVersion":1', '"formatVersion":2')],
    ['of no format', (text) => text.replace('"formatVersion":1,', '')],
    ['with a project that is a path', (text) => text.replace('"project":"mail"', '"project":"../mail"')],
    ['with a state that nobody knows', (text) => text.replace('"state":"changed"', '"state":"good"')],
    ['with a number that is none', (text) => text.replace('"gain":-0.016', '"gain":1e999')],
    ['with a digest that is none', (text) => text.replace(digestOf('base'), 'sha256:1')],
    ['with a classes table that has holes', (text) => text.replace('[[1,2],[3,4]]', '[[1,2],[3]]')],
    [
      'with a key that nobody knows',
      (text) => text.replace('"unpaired"', '"x":1,"unpaired"').replace('"searched"', '"x":1,"searched"'),
    ],
    ['with too many points', (text) => text.replace('[0,0],', '[0,0],'.repeat(1000))],
    ['nested without end', (text) => text.replace('[true,null]', '['.repeat(5000) + ']'.repeat(5000))],
    ['with a message that has no end', (text) => text.replace('no such data', 'x'.repeat(200_000))],
  ])('is refused where it is %s', async (_, harm) => {
    const text = await reportForm('json', models, context);
    expect(harm(text)).not.toBe(text);
    const caught = (() => {
      try {
        return decodeReport(Buffer.from(harm(text)));
      } catch (error) {
        return error;
      }
    })();
    expect(isMlError(caught) && caught.code).toBe('ERR_ML_DOCUMENT_INVALID');
  });
});

describe('A report in which machines are missing', () => {
  it('names the models that nobody told of', async () => {
    const lacking = contextOf({ missing: ['ham', 'eggs'] });
    const text = await reportForm('markdown', [modelOf('mail')], lacking);
    expect(text).toMatch(/^## Models: 1 changed, 2 not reported on\n/);
    expect(text).toContain('**Not reported on:** `ham`, `eggs`.');
    expect(await reportForm('markdown', [], lacking)).toMatch(/^## Models: 2 not reported on\n/);
    expect(await reportForm('junit', [], lacking)).toContain('tests="2" failures="0" errors="2"');
    expect(JSON.parse(await reportForm('json', [], lacking))).toMatchObject({ missing: ['ham', 'eggs'] });
  });
});
