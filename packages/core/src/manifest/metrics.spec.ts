import { parseMetrics } from './metrics.js';

const context = { project: 'spam-filter', step: 'train', seed: 2 } as const;

function failure(text: string): unknown {
  try {
    return parseMetrics(text, context);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return [code, message];
  }
}

describe('parseMetrics', () => {
  it('flattens', () => {
    expect(parseMetrics('{"loss": 0.1, "test": {"f1": 0.9, "by": {"de": 1}}, "empty": {}}', context)).toEqual(
      {
        loss: 0.1,
        'test.f1': 0.9,
        'test.by.de': 1,
      },
    );
    expect(parseMetrics('\uFEFF{"n": 12345678901234567890, "zero": -0}\r\n', context)).toEqual({
      n: 12345678901234567000,
      zero: 0,
    });
  });

  it.each([
    ['{"accuracy": NaN}', 'accuracy = NaN'],
    ['{"a": 1, "test": {"loss": Infinity}}', 'test.loss = Infinity'],
    ['{"a": -Infinity}', 'a = -Infinity'],
    ['{"a": 1e999}', 'a = Infinity'],
  ])('names what is not finite in %s', (text, what) => {
    expect(failure(text)).toEqual([
      'ERR_ML_METRICS_NOT_FINITE',
      `spam-filter: train wrote ${what} to metrics.json (seed 2)`,
    ]);
  });

  it.each(['{}', '{"a": {}}'])('%s holds no metric', (text) => {
    expect(failure(text)).toEqual([
      'ERR_ML_METRICS_MISSING',
      'spam-filter: train wrote a metrics.json without any metric (seed 2)',
    ]);
  });

  it.each([
    ['', 'an empty metrics.json'],
    [
      '{"a": 0.9',
      'a metrics.json that is cut short, line 1 column 10: the text ends where "," or "}" was expected',
    ],
    [
      '{"a": 0.',
      'a metrics.json that is cut short, line 1 column 7: "0." stands where a JSON value was expected',
    ],
    [
      '{"a": 1}\n{"a": 2}',
      'a metrics.json that is not JSON, line 2 column 1: something follows the end of the JSON value',
    ],
    [
      "{'a': 1}",
      'a metrics.json that is not JSON, line 1 column 2: "\'a\': 1}" stands where a text in double quotes was expected',
    ],
    ['[1]', 'a list to metrics.json'],
    ['0.9', '0.9 to metrics.json'],
    ['{"a": "0.9"}', 'a = "0.9" to metrics.json'],
    ['{"a": true}', 'a = true to metrics.json'],
    ['{"a": {"b": null}}', 'a.b = empty to metrics.json'],
    ['{"a": [1, 2]}', 'a = [1,2] to metrics.json'],
    ['{"a": 1, "a": 2}', 'a metrics.json that is not JSON, line 1 column 10: the key "a" stands twice'],
    ['{"a.b": 1, "a": {"b": 2}}', 'the metric a.b twice to metrics.json'],
    ['{"": 1}', 'a metric without a name to metrics.json'],
  ])('refuses %j', (text, what) => {
    expect(failure(text)).toEqual(['ERR_ML_METRICS_INVALID', `spam-filter: train wrote ${what} (seed 2)`]);
  });

  it('says what to write instead', () => {
    const fix = (text: string): unknown => {
      try {
        return parseMetrics(text, context);
      } catch (error) {
        return (error as { fix: string }).fix;
      }
    };
    expect(fix('{"a": "0.9"}')).toBe('Write a without quotes.');
    expect(fix('{"a": true}')).toBe('Write 1 instead, or leave a out.');
    expect(fix('{"a": "sgd"}')).toContain('Leave a out');
    expect(fix('{"a": null}')).toContain('NaN');
  });

  it('refuses more metrics than anybody reads', () => {
    const many = Object.fromEntries(
      Array.from({ length: 10_001 }, (_, index) => [`m${String(index)}`, index]),
    );
    expect(failure(JSON.stringify(many))).toEqual([
      'ERR_ML_METRICS_INVALID',
      'spam-filter: train wrote 10001 metrics to metrics.json (seed 2)',
    ]);
  });

  it('leaves the seed out where there is none', () => {
    expect(() => parseMetrics('{}', { project: 'mails', step: 'data', seed: null })).toThrow(
      'mails: data wrote a metrics.json without any metric',
    );
  });
});
