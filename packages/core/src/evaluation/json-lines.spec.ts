import fc from 'fast-check';

import { isMlError } from '../kernel/index.js';
import { PredictionLines } from './json-lines.js';

const where = 'spam-filter:train predictions.jsonl';

function count(lines: readonly string[]): number {
  const reader = new PredictionLines(where);
  for (const line of lines) reader.line(line);
  return reader.end();
}

function failure(...lines: readonly string[]): string {
  try {
    return `accepted ${String(count(lines))}`;
  } catch (error) {
    if (!isMlError(error) || error.code !== 'ERR_ML_PREDICTIONS_INVALID') throw error;
    return error.message.replace(`${where}: `, '');
  }
}

describe('PredictionLines', () => {
  it('counts examples in whatever form they are allowed to have', () => {
    const lines = [
      '\uFEFF{"id": "mail-1", "label": "spam", "prediction": "ham", "score": 0.2, "correct": false, "loss": 1.6}',
      '{"id": 2, "group": "patient-7", "slice": "de", "score": [0.1, 0.9], "correct": 1}',
      '',
      '{"id": 3, "label": null, "prediction": [1, 2], "score": {"a": 0.5}, "text": "anything", "other": NaN}',
      '{"id": 3, "label": {"box": [1, 2]}, "slice": 4, "split": "validation", "latency": 0}',
      '   ',
      '{"id": 4, "slice": {"lang": "de", "channel": null}, "behaviour": {"case": "negation", "of": 3}}',
    ];
    expect(count(lines)).toBe(5);
    expect(count([])).toBe(0);
  });

  it.each([
    ['{"label": 1}', 'line 1 has no id'],
    ['{"id": null}', 'line 1 has no id'],
    ['{"id": true}', 'line 1 has id = true'],
    ['{"id": 9007199254740993}', 'line 1 has an id beyond 2^53, which loses digits'],
    ['{"id": 1, "score": NaN}', 'line 1 has score = NaN'],
    ['{"id": 1, "score": [0.1, -Infinity]}', 'line 1 has score = -Infinity'],
    ['{"id": 1, "loss": 1e999}', 'line 1 has loss = Infinity'],
    ['{"id": 1, "label": {"a": NaN}}', 'line 1 has label = NaN'],
    ['{"id": 1, "loss": "0.1"}', 'line 1 has loss = "0.1"'],
    ['{"id": 1, "score": ["a"]}', 'line 1 has score = ["a"]'],
    ['{"id": 1, "correct": 2}', 'line 1 has correct = 2'],
    ['{"id": 1, "slice": ["a"]}', 'line 1 has slice = ["a"]'],
    ['{"id": 1, "slice": {"lang": ["a"]}}', 'line 1 has slice = {"lang":["a"]}'],
    ['{"id": 1, "split": 2}', 'line 1 has split = 2'],
    ['{"id": 1, "latency": -1}', 'line 1 has latency = -1'],
    ['{"id": 1, "behaviour": "negation"}', 'line 1 has behaviour = "negation"'],
    ['{"id": 1, "behaviour": {"case": "a", "of": true}}', 'line 1 has behaviour = {"case":"a","of":true}'],
    ['[1]', 'line 1 is [1] and must be a JSON object'],
    [`${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'line 1 is [[[[...]]]] and must be a JSON object'],
    ['id,label', 'line 1 is not JSON: "id,label" stands where a JSON value was expected'],
    [
      `{"id": 1, "label": ${'['.repeat(5000)}${']'.repeat(5000)}}`,
      'line 1 has label = values nested beyond 64 levels',
    ],
  ])('refuses %.60j', (line, message) => {
    expect(failure(line)).toBe(message);
    expect(failure('{"id": 0}', '', line)).toBe(message.replace('line 1', 'line 3'));
  });

  it('knows a last line that was cut short from a bad line within', () => {
    expect(failure('{"id": 1}', '{"id": 2, "sco')).toBe('line 2 is the last one and cut short');
    expect(failure('{"id": 1}', '{"id": 2, "sco', '')).toBe('line 2 is the last one and cut short');
    expect(failure('{"id": 1, "sco', '{"id": 2}')).toMatch(/^line 1 is not JSON/);
  });

  it('fails with nothing but its own error, whatever the lines', () => {
    const line = fc.oneof(fc.string(), fc.json(), fc.stringMatching(/^\{"id": ?[0-9a-zN",:[\]{}]{0,12}\}$/));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        expect(failure(...lines)).toMatch(/^(accepted|line) \d/);
      }),
    );
  });
});
