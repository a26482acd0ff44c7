import fc from 'fast-check';

import { readJson } from './json-reader.js';

describe('readJson', () => {
  it('reads what JSON.stringify writes, indented or not', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const reading = readJson(text, { nonFinite: true });
        if (reading.ok) expect(JSON.stringify(reading.value)).toBe(JSON.stringify(JSON.parse(text)));
        else expect(reading.message).toContain('__proto__');
      }),
    );
  });

  it('accepts nothing that JSON.parse refuses, and never throws', () => {
    const text = fc.stringMatching(/^[{}[\]":,0-9eE+.\-tfnu\\ \nalsr]{0,30}$/);
    fc.assert(
      fc.property(text, (candidate) => {
        if (readJson(candidate).ok) expect(() => JSON.parse(candidate) as unknown).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it('knows a text that was cut anywhere from one that is wrong', () => {
    const text = '{"a": [1.5, true, "x\\u00e9"], "b": {"c": null, "d": -1e5}}';
    for (let length = 1; length < text.length; length += 1)
      expect(readJson(text.slice(0, length))).toMatchObject({ ok: false, cut: true });
  });

  it.each([
    ['{"a": 1,}', 8, '"}" stands where a text in double quotes was expected'],
    ['{"a" 1}', 5, '"1}" stands where ":" was expected'],
    ["{'a': 1}", 1, '"\'a\': 1}" stands where a text in double quotes was expected'],
    ['{"a": 1} x', 9, 'something follows the end of the JSON value'],
    ['{"a": 1, "a": 2}', 9, 'the key "a" stands twice'],
    ['{"__proto__": 1}', 1, 'the key "__proto__" cannot be used'],
    ['[1, 01]', 4, '"01]" stands where a JSON value was expected'],
    ['[NaN]', 1, '"NaN]" stands where a JSON value was expected'],
    ['[9007199254740993]', 1, '9007199254740993 is too large to be held exactly'],
    ['[1e999]', 1, '1e999 is beyond the largest number'],
    ['["\\ud800"]', 1, 'a text holds half of a surrogate pair'],
    ['["a\tb"]', 1, '"\\"a\\tb\\"]" stands where a text in double quotes was expected'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 64, 'values are nested beyond 64 levels'],
  ])('refuses %j', (text, offset, message) => {
    expect(readJson(text)).toEqual({ ok: false, offset, message, cut: false });
  });

  it('reads the tokens that Python writes, when asked to', () => {
    expect(readJson('[NaN, Infinity, -Infinity, 1e999]', { nonFinite: true })).toEqual({
      ok: true,
      value: [NaN, Infinity, -Infinity, Infinity],
    });
  });
});
