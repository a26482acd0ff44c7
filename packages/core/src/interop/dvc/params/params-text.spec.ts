import { execFileSync } from 'node:child_process';

import fc from 'fast-check';

import type { JsonObject } from '../../../kernel/index.js';
import { failureOf } from '../../../kernel/testing/failure-of.js';
import { readYaml } from '../../../manifest/index.js';
import { paramsFileText } from './params-text.js';
import { readPythonParams } from './python-params.js';
import { readTomlParams } from './toml-params.js';

/** Maps of values as ml.yaml may hold them. */
const valuesWith = (key: fc.Arbitrary<string>) =>
  fc
    .dictionary(key, fc.jsonValue({ stringUnit: 'binary' }), { noNullPrototype: true, maxKeys: 4 })
    .map((values) => JSON.parse(JSON.stringify(values)) as JsonObject)
    .filter((values) => !JSON.stringify(values).includes('__proto__'));
const anyKey = fc.string().filter((key) => key !== '' && !key.includes('\0'));
const name = fc
  .stringMatching(/^[a-z_][a-z0-9_]{0,8}$/)
  .filter((text) => !/^(?:[a-z]{2,8}|__.*)$/.test(text));

const deep = {
  lr: 1e-7,
  answer: 'no',
  day: '2026-01-31',
  Train: { sizes: [1, 2.5], opt: { name: 'a"b\n' } },
};

describe('a params file', () => {
  it('holds the values, for readers of JSON and of YAML alike', () => {
    fc.assert(
      fc.property(valuesWith(anyKey), (params) => {
        expect(JSON.parse(paramsFileText(params, 'params.json'))).toEqual(params);
      }),
    );
  });

  it('keeps small numbers numbers in YAML 1.1, and texts texts', () => {
    const text = paramsFileText(deep, 'params.yaml');
    expect(text).toContain('"lr": 1.0e-07');
    expect(readYaml(text).value).toEqual(deep);
  });

  it('in TOML gives the values back', () => {
    const withoutNull = valuesWith(anyKey).filter((params) => !JSON.stringify(params).includes('null'));
    fc.assert(
      fc.property(withoutNull, (params) => {
        expect(readTomlParams(paramsFileText(params, 'p.toml'), 'p.toml').values).toEqual(params);
      }),
    );
  });

  it('in TOML has no null', () => {
    const failure = failureOf(() => paramsFileText({ a: { b: [1, null] } }, 'p.toml'));
    expect(failure).toMatchObject({
      code: 'ERR_ML_PARAMS_INVALID',
      message: expect.stringContaining('a.b.1') as string,
    });
  });

  it('in Python gives the values back, to us and to Python', () => {
    const sets = fc.sample(valuesWith(name), { numRuns: 50, seed: 1 });
    const modules = sets.map((params) => paramsFileText(params, 'p.py'));
    expect(modules.map((text) => readPythonParams(text, 'p.py').values)).toEqual(sets);
    const program = `import json, sys
read = []
for module in json.load(sys.stdin):
    names = {}
    exec(module, names)
    del names["__builtins__"]
    read.append(names)
json.dump(read, sys.stdout)`;
    const read = execFileSync('python3', ['-c', program], { input: JSON.stringify(modules) }).toString();
    expect(JSON.parse(read)).toEqual(sets);
  });

  it('in Python has classes where they are named, and dicts elsewhere', () => {
    expect(paramsFileText(deep, 'p.py', ['Train'])).toBe(
      [
        'lr = 1e-07',
        'answer = "no"',
        'day = "2026-01-31"',
        'class Train:',
        '    sizes = [1, 2.5]',
        '    opt = {"name": "a\\"b\\n"}',
        '',
      ].join('\n'),
    );
    expect(paramsFileText({ Train: {} }, 'p.py', ['Train'])).toBe('class Train:\n    pass\n');
  });

  it.each(['a-b', '1a', 'class', 'x = 1\nimport os'])('in Python has no name %j', (key) => {
    expect(failureOf(() => paramsFileText({ T: { [key]: 1 } }, 'p.py', ['T']))).toMatchObject({
      code: 'ERR_ML_PARAMS_INVALID',
      message: expect.stringContaining(JSON.stringify(`T.${key}`)) as string,
    });
  });
});
