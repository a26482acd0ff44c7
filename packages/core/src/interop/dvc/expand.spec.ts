import fc from 'fast-check';

import type { JsonObject } from '../../kernel/index.js';
import { failureOf } from '../../kernel/testing/failure-of.js';
import { DvcDocument } from './document.js';
import { expandStage } from './expand.js';

function expand(entry: Record<string, unknown>, scope: Record<string, unknown> = {}) {
  const document = new DvcDocument(JSON.stringify({ stages: { s: entry } }), 'dvc.yaml');
  return expandStage('s', entry as JsonObject, { document, scope: scope as JsonObject });
}
const loops = (entry: Record<string, unknown>, scope?: Record<string, unknown>) =>
  Object.fromEntries(expand(entry, scope).map(({ name, loop }) => [name, loop]));

describe('foreach', () => {
  it('names by value, by position, or by key', () => {
    expect(loops({ foreach: ['a', 2, true], do: {} })).toEqual({
      's@a': { item: 'a' },
      's@2': { item: 2 },
      's@true': { item: true },
    });
    expect(loops({ foreach: [{ x: 1 }, 'b'], do: {} })).toEqual({
      's@0': { item: { x: 1 } },
      's@1': { item: 'b' },
    });
    expect(loops({ foreach: { uk: { x: 1 } }, do: {} })).toEqual({ 's@uk': { item: { x: 1 }, key: 'uk' } });
  });

  it('goes over a list or map of the parameters', () => {
    expect(loops({ foreach: '${all}', do: {} }, { all: { a: 1 } })).toEqual({ 's@a': { item: 1, key: 'a' } });
    expect(loops({ foreach: ['${x}'], do: {} }, { x: 'y' })).toEqual({ 's@y': { item: 'y' } });
  });

  it.each([
    [{ foreach: '${x}', do: {} }, 'neither a list nor a map'],
    [{ foreach: [1] }, 'do'],
    [{ foreach: [1], do: {}, deps: [] }, '`deps` is no key'],
  ])('%j is refused', (entry, message) => {
    expect(failureOf(() => expand(entry, { x: 1 })).message).toContain(message);
  });
});

describe('matrix', () => {
  it('combines the axes, the last one fastest, and names by value or by axis and position', () => {
    const made = loops({ matrix: { os: ['a', 'b'], cfg: [{ x: 1 }, 2] }, cmd: 'c' });
    expect(Object.keys(made)).toEqual(['s@a-cfg0', 's@a-2', 's@b-cfg0', 's@b-2']);
    expect(made['s@b-cfg0']).toEqual({ item: { os: 'b', cfg: { x: 1 } }, key: 'b-cfg0' });
  });

  it('makes as many stages as there are combinations', () => {
    const axes = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,5}$/),
      fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 4 }),
      { minKeys: 1, maxKeys: 3, noNullPrototype: true },
    );
    fc.assert(
      fc.property(axes, (matrix) => {
        const count = Object.values(matrix).reduce((product, values) => product * values.length, 1);
        expect(expand({ matrix, cmd: 'c' })).toHaveLength(count);
      }),
    );
  });

  it.each([
    [{ matrix: { a: 1 }, cmd: 'c' }, '`a` is no list'],
    [{ matrix: [1], cmd: 'c' }, 'is a list'],
    [
      {
        matrix: Object.fromEntries(
          ['a', 'b', 'c'].map((axis) => [axis, Array.from({ length: 30 }, (_, i) => i)]),
        ),
      },
      'makes 27000 stages',
    ],
  ])('is refused where it cannot be meant', (entry, message) => {
    expect(failureOf(() => expand(entry)).message).toContain(message);
  });
});
