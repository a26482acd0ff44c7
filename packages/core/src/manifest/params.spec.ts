import { mergeParams, parseParamsFile } from './params.js';
import { failureOf } from '../kernel/testing/failure-of.js';

describe('parseParamsFile', () => {
  it('reads YAML and JSON alike', () => {
    const params = { alpha: 0.001, layers: [64, 32], flag: 'no', nested: { deep: null } };
    expect(parseParamsFile('alpha: 1e-3\nlayers: [64, 32]\nflag: no\nnested: { deep: ~ }', 'p.yaml')).toEqual(
      params,
    );
    expect(parseParamsFile(JSON.stringify(params), 'p.json')).toEqual(params);
  });

  it.each([
    ['p.yaml', 'a: 1\na: 2', 'p.yaml:2:1 the key `a` stands twice in one map'],
    ['p.yaml', 'a: .nan', 'p.yaml:1:4 .nan is not a finite number'],
    ['p.yaml', '- 1', 'p.yaml:1:1 the file holds a list and must hold a map of parameters'],
    ['p.yaml', '', 'p.yaml:1:1 the file is empty'],
    ['p.json', '{"a": 1,\n "a": 2}', 'p.json:2:2 the key "a" stands twice'],
    ['p.json', '{"a": NaN}', 'p.json:1:7 "NaN}" stands where a JSON value was expected'],
    ['p.json', 'a: 1', 'p.json:1:1 "a: 1" stands where a JSON value was expected'],
    ['p.json', '3', 'p.json:1:1 the file holds a single value and must hold a map of parameters'],
  ])('%s: refuses %j', (file, text, message) => {
    const failure = failureOf(() => parseParamsFile(text, file));
    expect(failure).toMatchObject({ code: 'ERR_ML_PARAMS_INVALID', message });
    expect(failure.fix).toMatch(/\.$/);
  });

  it('lists further problems', () => {
    expect(failureOf(() => parseParamsFile('a: .nan\nb: 01', 'p.yaml')).detail).toEqual([
      'p.yaml:2:4 01 means different numbers in YAML 1.1 and YAML 1.2',
    ]);
  });
});

describe('mergeParams', () => {
  it('lays maps over each other key by key, and replaces the rest', () => {
    const base = { a: 1, net: { width: 8, layers: [1, 2] }, opt: { name: 'sgd' } };
    const over = { net: { layers: [3] }, opt: 'adam', toString: 1 };
    expect(mergeParams(base, over)).toEqual({
      a: 1,
      net: { width: 8, layers: [3] },
      opt: 'adam',
      toString: 1,
    });
    expect(base.net.layers).toEqual([1, 2]);
  });
});
