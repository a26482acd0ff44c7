import fc from 'fast-check';

import { digestOf } from '../kernel/index.js';
import type { JsonObject } from '../kernel/index.js';
import { keyDifference, keySize } from './difference.js';
import { runKeyOf } from './run-key.js';
import type { RunKeyDocument } from './run-key.js';

const d = (text: string) => digestOf(text);

const base: RunKeyDocument = {
  formatVersion: 1,
  project: 'm',
  step: 'train',
  command: 'node train.mjs',
  code: [
    { path: 'a.mjs', digest: d('a') },
    { path: 'b.mjs', digest: d('b') },
  ],
  inputs: { rows: { kind: 'data', project: 'raw', digest: d('rows') } },
  params: { alpha: 1, optimizer: { rate: 0.1, name: 'sgd' }, constructor: 1 },
  seed: 1,
  environment: {
    platform: 'linux-x64',
    accelerator: 'none',
    interpreters: { node: '20.0.0' },
    packages: { natural: '8.0.1 sha512-x' },
    env: { TUNING: null },
  },
};
const { environment } = base;

describe('keyDifference', () => {
  it.each<[string, Partial<RunKeyDocument>, unknown]>([
    [
      'a parameter',
      { params: { ...base.params, alpha: 0.5 } },
      { what: 'param', name: 'alpha', before: 1, after: 0.5 },
    ],
    [
      'a parameter below another',
      { params: { ...base.params, optimizer: { rate: 0.2, name: 'sgd' } } },
      { what: 'param', name: 'optimizer.rate', before: 0.1, after: 0.2 },
    ],
    [
      'a parameter named like a method of objects',
      { params: { alpha: 1, optimizer: { rate: 0.1, name: 'sgd' } } },
      { what: 'param', name: 'constructor', before: 1 },
    ],
    [
      'code edited',
      { code: [{ path: 'a.mjs', digest: d('x') }, ...base.code.slice(1)] },
      { what: 'code', path: 'a.mjs', change: 'edited' },
    ],
    [
      'code renamed',
      {
        code: [
          { path: 'a.mjs', digest: d('a') },
          { path: 'c.mjs', digest: d('b') },
        ],
      },
      { what: 'code', path: 'c.mjs', change: 'renamed', from: 'b.mjs' },
    ],
    [
      'code added',
      { code: [...base.code, { path: 'c.mjs', digest: d('c') }] },
      { what: 'code', path: 'c.mjs', change: 'added' },
    ],
    ['code removed', { code: base.code.slice(0, 1) }, { what: 'code', path: 'b.mjs', change: 'removed' }],
    [
      'data',
      { inputs: { rows: { kind: 'data', project: 'raw', digest: d('new') } } },
      { what: 'data', name: 'rows', project: 'raw', before: d('rows'), after: d('new') },
    ],
    [
      'data no longer read',
      { inputs: {} },
      { what: 'data', name: 'rows', project: 'raw', before: d('rows') },
    ],
    [
      'a package',
      { environment: { ...environment, packages: { natural: '8.1.0 sha512-y' } } },
      { what: 'package', name: 'natural', before: '8.0.1 sha512-x', after: '8.1.0 sha512-y' },
    ],
    [
      'an interpreter',
      { environment: { ...environment, interpreters: { node: '22.0.0' } } },
      { what: 'interpreter', name: 'node', before: '20.0.0', after: '22.0.0' },
    ],
    [
      'a variable',
      { environment: { ...environment, env: { TUNING: 'on' } } },
      { what: 'variable', name: 'TUNING', after: 'on' },
    ],
    [
      'the command',
      { command: 'node train.mjs --fast' },
      { what: 'command', name: 'command', before: 'node train.mjs', after: 'node train.mjs --fast' },
    ],
    ['the seed', { seed: 2 }, { what: 'seed', name: 'seed', before: '1', after: '2' }],
  ])('names %s, and nothing else', (_, change, expected) => {
    expect(keyDifference(base, { ...base, ...change }).changes).toEqual([expected]);
  });

  it('tells what stayed the same', () => {
    const { same } = keyDifference(base, { ...base, params: { ...base.params, alpha: 2 } });
    expect(same).toEqual({
      code: ['a.mjs', 'b.mjs'],
      inputs: ['rows'],
      params: ['optimizer.rate', 'optimizer.name', 'constructor'],
      packages: { natural: '8.0.1 sha512-x' },
      interpreters: { node: '20.0.0' },
      variables: ['TUNING'],
    });
    expect(keySize(base)).toBe(4 + 2 + 1 + 4 + 1 + 1 + 1);
  });

  it('finds a change exactly where the keys differ', () => {
    const text = fc.constantFrom('x', 'y', '__proto__x');
    const digest = fc.constantFrom('1', '2', '3').map(d);
    const dictionary = fc.dictionary(fc.constantFrom('a', 'b', 'constructor'), text, {
      noNullPrototype: true,
    });
    const document = fc.record({
      command: text,
      code: fc.uniqueArray(fc.record({ path: fc.constantFrom('a', 'b', 'c', 'd'), digest }), {
        selector: ({ path }) => path,
        comparator: (a, b) => a === b,
      }),
      params: fc.dictionary(fc.constantFrom('a', 'b', 'toString'), fc.jsonValue({ maxDepth: 2 }), {
        noNullPrototype: true,
      }) as fc.Arbitrary<JsonObject>,
      environment: fc.record({ interpreters: dictionary, packages: dictionary }),
    });
    const whole = document.map((part): RunKeyDocument => ({
      ...base,
      ...part,
      code: [...part.code].sort((a, b) => (a.path < b.path ? -1 : 1)),
      environment: { ...environment, ...part.environment },
    }));
    fc.assert(
      fc.property(whole, whole, (before, after) => {
        const { changes } = keyDifference(before, after);
        expect(changes.length > 0).toBe(runKeyOf(before) !== runKeyOf(after));
      }),
      { numRuns: 500 },
    );
  });
});
