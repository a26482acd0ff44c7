import fc from 'fast-check';

import { failureOf } from '../../kernel/testing/failure-of.js';
import { dvcError } from './problem.js';
import { fillIn } from './template.js';
import type { TemplateContext } from './template.js';

const scope = {
  lr: 1e-5,
  on: true,
  nothing: null,
  name: 'us east',
  net: { layers: [64, { units: 32 }], 'drop out': 0.5 },
};
const context: TemplateContext = {
  scope,
  refuse: (message, fix) => dvcError({ where: 'dvc.yaml:3:5', message, fix }),
};
const unpack = { bool: 'store_true', list: 'nargs' } as const;

describe('templates', () => {
  it.each<[string, unknown]>([
    ['plain', 'plain'],
    ['${lr}', 1e-5],
    ['${on}', true],
    ['rate ${lr}, ${on}, ${nothing}', 'rate 1e-05, true, None'],
    ['${net.layers[0]}', 64],
    ['${net.layers[1].units}', 32],
    ['${net.layers.0}', 64],
    ['${net.layers[-1].units}', 32],
    ['${ name }', 'us east'],
    ['${net.drop out}', 0.5],
    ['\\${lr} is ${lr}', '${lr} is 1e-05'],
    ['$lr {lr} $${lr}', '$lr {lr} $1e-05'],
  ])('%j becomes %j', (text, value) => {
    expect(fillIn(text, context)).toEqual(value);
  });

  it('fills in lists, maps and the keys of maps', () => {
    expect(fillIn({ '${name}.csv': { cache: '${on}' }, list: ['${lr}', 1] }, context)).toEqual({
      'us east.csv': { cache: true },
      list: [1e-5, 1],
    });
  });

  it.each([
    ['${nam}', 'Did you mean "name"?'],
    ['${net.depth}', 'Known here: layers, drop out'],
    ['${lr.deep}', 'params.yaml'],
    ['${net.layers[7]}', 'params.yaml'],
    ['${}', 'Write ${name}'],
    ['${a..b}', 'Write ${name}'],
    ['${a[0}', 'Write ${name}'],
    ['${net}', 'Name one value'],
    ['x ${net.layers}', 'Name one value'],
    ['${__proto__}', 'params.yaml'],
    ['${constructor}', 'params.yaml'],
  ])('%s is refused with its place and a mend', (text, mend) => {
    const failure = failureOf(() => fillIn(text, context));
    expect(failure.code).toBe('ERR_ML_DVC_INVALID');
    expect(failure.message).toMatch(/^dvc\.yaml:3:5 /);
    expect(failure.fix).toContain(mend);
  });

  it('leaves every text without an expression as it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('${')),
        (text) => {
          expect(fillIn(text, context)).toBe(text);
        },
      ),
    );
  });

  it('fills in a value that looks like an expression only once', () => {
    const twice = { ...context, scope: { a: '${b}', b: 1 } };
    expect(fillIn('x ${a}', twice)).toBe('x ${b}');
  });
});

describe('a map in a command', () => {
  const fill = (map: Record<string, unknown>, options: Partial<TemplateContext['unpack']> = {}) =>
    fillIn('run ${map}', {
      ...context,
      scope: { map: map as never },
      unpack: { ...unpack, ...options },
    });

  it('becomes options, deep ones with dots', () => {
    const map = { foo: "it's", bar: 1, bool: true, off: false, nested: { baz: 'bar' }, list: [2, 'q x'] };
    expect(fill(map)).toBe(`run --foo 'it'"'"'s' --bar 1 --bool --nested.baz bar --list 2 'q x'`);
  });

  it('follows the settings of .dvc/config', () => {
    expect(fill({ off: false, list: [1, 2] }, { bool: 'boolean_optional', list: 'append' })).toBe(
      'run --no-off --list 1 --list 2',
    );
  });

  it('refuses lists in lists', () => {
    expect(failureOf(() => fill({ list: [[1]] })).code).toBe('ERR_ML_DVC_INVALID');
  });
});
