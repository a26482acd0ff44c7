import { checkPathSet, checkRelativePath } from './paths.js';

const unsafe = expect.objectContaining({ code: 'ERR_ML_PATH_UNSAFE' }) as Error;

describe('checkRelativePath', () => {
  it.each(['a', 'a/b.txt', 'données/é.csv', '...', 'a..b', ' '])('accepts %j', (path) => {
    expect(checkRelativePath(path)).toBe(path);
  });

  it.each([
    '',
    '/a',
    'C:/a',
    'c:a',
    'a\\b',
    '../a',
    'a/../b',
    'a/./b',
    'a//b',
    'a/',
    'a\0b',
    '\ud800',
    'x'.repeat(1025),
  ])('refuses %j', (path) => {
    expect(() => checkRelativePath(path)).toThrow(unsafe);
  });
});

describe('checkPathSet', () => {
  it('accepts sorted, distinct paths', () => {
    expect(() => {
      checkPathSet(['a/b', 'a/c', 'b']);
    }).not.toThrow();
  });

  it.each([
    ['twice', ['a', 'a']],
    ['out of order', ['b', 'a']],
    ['differing by case', ['A', 'a']],
    ['differing by Unicode form', ['e\u0301', '\u00e9']],
    ['a file that is also a folder', ['a', 'a/b']],
    ['a file that is a folder in another case', ['A', 'a/b']],
  ])('refuses %s', (_, paths) => {
    expect(() => {
      checkPathSet(paths);
    }).toThrow(unsafe);
  });
});
