import { measureNamed, measureNames } from '../evaluation/index.js';
import { isLabelFree, isMeasuredOnce, measureWords, natureOf } from './metric-names.js';

const named = measureNames.map((name) =>
  name.replace('CLASS', 'spam').replace('CASE', 'negation').replace('@K', '@10').replace('pQ', 'p95'),
);

describe('natureOf', () => {
  it.each(named)('knows %s as evaluation does', (name) => {
    const measure = measureNamed(name);
    expect(measure).toBeDefined();
    expect(natureOf(name)?.better).toBe(measure?.better);
    expect(isMeasuredOnce(name)).toBe(measure?.kind === 'value');
  });

  it('knows no measure that evaluation does not', () => {
    const words = new Set(named.map((name) => name.split(/[.@]/)[0]));
    expect(measureWords.filter((word) => word !== 'size' && !words.has(word))).toEqual([]);
  });

  it('reads the names of metrics.json by the last word that says something', () => {
    expect(natureOf('metrics.test.f1')).toEqual({ better: 'higher', share: true });
    expect(natureOf('metrics.accuracy.loss')?.better).toBe('lower');
    expect(natureOf('metrics.bleu')).toBeUndefined();
    expect(natureOf('bleu')).toBeUndefined();
  });

  it('calls free of labels what no label is needed for', () => {
    expect(['size', 'latency.p95', 'throughput'].every(isLabelFree)).toBe(true);
    expect(['accuracy', 'metrics.latency', 'log_loss'].some(isLabelFree)).toBe(false);
  });
});
