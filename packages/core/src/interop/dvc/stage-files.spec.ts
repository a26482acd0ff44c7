import { failureOf } from '../../kernel/testing/failure-of.js';
import { parseMetrics } from '../../manifest/index.js';
import { metricsFileText, readStageMetrics } from './stage-files.js';

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
