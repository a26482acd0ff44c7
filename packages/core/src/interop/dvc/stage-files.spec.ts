import fc from 'fast-check';

import { failureOf } from '../../kernel/testing/failure-of.js';
import { parseMetrics, readYaml } from '../../manifest/index.js';
import { metricsFileText, paramsFileText, readStageMetrics } from './stage-files.js';

describe('a params file', () => {
  it('holds the values, for readers of JSON and of YAML alike', () => {
    const values = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__' && key !== '' && !key.includes('\0')),
      fc.jsonValue(),
      { noNullPrototype: true, maxKeys: 4 },
    );
    fc.assert(
      fc.property(values, (params) => {
        const expected: unknown = JSON.parse(JSON.stringify(params));
        expect(JSON.parse(paramsFileText(params as never))).toEqual(expected);
      }),
    );
  });

  it('keeps small numbers numbers in YAML 1.1, and texts texts', () => {
    const text = paramsFileText({
      lr: 1e-7,
      answer: 'no',
      day: '2026-01-31',
      deep: { list: [1, 'x'], none: {} },
    });
    expect(text).toContain('"lr": 1.0e-07');
    expect(readYaml(text).value).toEqual({
      lr: 1e-7,
      answer: 'no',
      day: '2026-01-31',
      deep: { list: [1, 'x'], none: {} },
    });
  });
});

describe('the metrics of a stage', () => {
  it('are the numbers of its file, at their places', () => {
    const text = '{"test": {"f1": 0.9, "label": "x", "curve": [1, 2]}, "best": true, "n": 3}';
    expect(readStageMetrics([{ file: 'm.json', text }])).toEqual({
      metrics: { test: { f1: 0.9 }, n: 3 },
      leftOut: ['test.label', 'test.curve', 'best'],
    });
  });

  it('of several files stand under the names of the files', () => {
    const files = [
      { file: 'eval/train.json', text: '{"a": 1}' },
      { file: 'eval/test.yaml', text: 'a: 2\n' },
    ];
    expect(readStageMetrics(files).metrics).toEqual({ 'eval.train': { a: 1 }, 'eval.test': { a: 2 } });
  });

  it('keep a NaN as one, so that it is refused by name', () => {
    const { metrics } = readStageMetrics([{ file: 'm.json', text: '{"loss": NaN, "worst": -Infinity}' }]);
    const context = { project: 'm', step: 'train', seed: 1 } as const;
    const failure = failureOf(() => parseMetrics(metricsFileText(metrics), context));
    expect(failure).toMatchObject({ code: 'ERR_ML_METRICS_NOT_FINITE' });
    expect(failure.message).toContain('loss = NaN');
  });

  it.each([
    ['m.json', '{"a": 1'],
    ['m.json', '[1]'],
    ['m.yaml', 'a: ['],
    ['m.yaml', ''],
  ])('that cannot be read are refused: %s %j', (file, text) => {
    expect(failureOf(() => readStageMetrics([{ file, text }])).code).toBe('ERR_ML_METRICS_INVALID');
  });
});
