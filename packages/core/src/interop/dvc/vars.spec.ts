import type { JsonObject, JsonValue } from '../../kernel/index.js';
import { failureOf } from '../../kernel/testing/failure-of.js';
import { dvcError } from './problem.js';
import { globalScope, withVars } from './vars.js';
import type { VarsContext } from './vars.js';

const files: Readonly<Record<string, JsonObject>> = {
  'params.yaml': { lr: 1, net: { depth: 2 } },
  'config.json': { clean: 1, feats: { n: 2 }, other: 3 },
};
const context: VarsContext = {
  load: (file) => files[file],
  refuse: (index, message, fix) => dvcError({ where: `vars[${String(index)}]`, message, fix }),
};
const scopeOf = (...vars: JsonValue[]) => globalScope(vars, context);

describe('vars', () => {
  it('begins with params.yaml, where there is one', () => {
    expect(scopeOf()).toEqual(files['params.yaml']);
    expect(globalScope([], { ...context, load: () => undefined })).toEqual({});
  });

  it('merges maps key by key, files whole or by their keys', () => {
    expect(scopeOf({ net: { width: 3 }, x: 1 }, 'config.json:clean,feats')).toEqual({
      lr: 1,
      net: { depth: 2, width: 3 },
      x: 1,
      clean: 1,
      feats: { n: 2 },
    });
    expect(scopeOf('config.json')).toMatchObject({ other: 3 });
    expect(scopeOf('params.yaml')).toEqual(files['params.yaml']); // loaded already
  });

  it('of a stage are laid over those of the file', () => {
    expect(withVars({ a: 1 }, [{ b: 2 }], context)).toEqual({ a: 1, b: 2 });
  });

  it.each([
    [{ lr: 2 }, 'defines `lr` again'],
    [{ net: 2 }, 'defines `net` again'],
    [{ net: { depth: 3 } }, 'defines `depth` again'],
    ['nowhere.yaml', 'is not there'],
    ['config.json:cleen', 'does not have'],
  ])('%j is refused', (item, message) => {
    expect(failureOf(() => scopeOf(item)).message).toContain(message);
  });
});
