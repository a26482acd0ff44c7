import fc from 'fast-check';

import { canonicalJson, documentBytes, parseJson } from './json.js';
import { failureOf } from './testing/failure-of.js';

/** The same value with the keys of every object in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

describe('canonicalJson', () => {
  it('sorts keys by code unit, whatever the locale would say', () => {
    expect(canonicalJson({ b: 1, a: 2, B: 3, ä: 4, '10': 5, '9': 6 })).toBe(
      '{"10":5,"9":6,"B":3,"a":2,"b":1,"ä":4}',
    );
  });

  it('leaves out undefined and writes -0 as 0', () => {
    expect(canonicalJson({ a: undefined, b: -0 })).toBe('{"b":0}');
  });

  it.each([NaN, Infinity, -Infinity, 1n, Symbol('x'), () => 1])('refuses %p', (value) => {
    expect(failureOf(() => canonicalJson({ value })).code).toBe('ERR_ML_DOCUMENT_INVALID');
  });

  it('is one text for one value, and reads back as that value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('ends a document with one newline', () => {
    expect(documentBytes({ a: 1 }).toString()).toBe('{"a":1}\n');
  });
});

it('parseJson gives what a text says, and undefined for what is no JSON', () => {
  expect(['{"a":1}', 'null', '', '{'].map(parseJson)).toEqual([{ a: 1 }, null, undefined, undefined]);
});
