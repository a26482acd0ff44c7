import { failureOf } from '../../../kernel/testing/failure-of.js';
import { readTomlParams } from './toml-params.js';

const read = (text: string) => readTomlParams(text, 'params.toml');

describe('parameters in TOML', () => {
  it('are its values, at their places', () => {
    expect(
      read(
        '\uFEFFlr = 0.1\nsizes = [1, [2.5]]\n[train]\nname = "a"\n[train.opt]\non = true\n[[row]]\nx = 1\n',
      ),
    ).toMatchObject({
      values: { lr: 0.1, sizes: [1, [2.5]], train: { name: 'a', opt: { on: true } }, row: [{ x: 1 }] },
      uncarried: [],
    });
    expect(read('# nothing\n').values).toEqual({});
  });

  it.each([
    ['day = 2026-01-31', 'day', 'a date or time'],
    ['[t]\nat = 07:32:00', 't.at', 'a date or time'],
    ['x = inf', 'x', 'Infinity, which JSON does not have'],
    ['x = 9007199254740993', 'x', 'a whole number too large to be held exactly'],
    ['x = [1, 2026-01-31, nan]', 'x', 'a list with a date or time'],
    ['"__proto__" = 1', '__proto__', 'a name that no map in JSON can hold'],
  ])('%s is told, and is not among the values', (text, name, what) => {
    const { values, uncarried } = read(`a = 1\n${text}\n`);
    expect(values).toMatchObject({ a: 1 });
    expect(JSON.stringify(values)).not.toContain('day');
    expect(uncarried).toEqual([{ kind: 'value', name, where: 'params.toml', what }]);
  });

  it.each([
    ['a = 1\nb = \n', 'params.toml:2:'],
    ['a = 1\na = 2\n', 'params.toml:2:'],
    ['a = [1 # no end', 'params.toml:1:'],
    [`a = ${'['.repeat(70)}${']'.repeat(70)}`, 'params.toml:1:'],
  ])('that are malformed are refused with the place: %j', (text, place) => {
    const failure = failureOf(() => read(text));
    expect(failure.code).toBe('ERR_ML_PARAMS_INVALID');
    expect(failure.message).toContain(place);
    expect(failure.message).not.toContain('\n');
  });
});
