import fc from 'fast-check';

import { failureOf } from '../../kernel/testing/failure-of.js';
import { cachePaths, folderObjectText, parseFolderObject } from './objects.js';

const md5 = 'd41d8cd98f00b204e9800998ecf8427e';

describe('objects of the DVC cache', () => {
  it('lie where DVC 3 puts them, or where DVC 2 did', () => {
    expect(cachePaths({ md5, isFolder: false })).toEqual([
      'files/md5/d4/1d8cd98f00b204e9800998ecf8427e',
      'd4/1d8cd98f00b204e9800998ecf8427e',
    ]);
    expect(cachePaths({ md5, isFolder: true })[1]).toMatch(/\.dir$/);
  });

  it('for a folder are written as DVC writes them: sorted, with spaces, in ASCII', () => {
    const entries = [
      { path: 'é/b', md5 },
      { path: 'a "q"', md5 },
    ];
    expect(folderObjectText(entries)).toBe(
      `[{"md5": "${md5}", "relpath": "a \\"q\\""}, {"md5": "${md5}", "relpath": "\\u00e9/b"}]`,
    );
  });

  it('read back as they were written', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-zé😀]{1,6}$/u), {
      selector: (text) => text.toLowerCase(),
    });
    fc.assert(
      fc.property(names, (paths) => {
        const entries = paths.map((path) => ({ path, md5 }));
        const read = parseFolderObject(folderObjectText(entries), 'data');
        expect(new Set(read.map(({ path }) => path))).toEqual(new Set(paths));
        expect(folderObjectText(read)).toBe(folderObjectText(entries));
      }),
    );
  });

  it.each([
    ['../x', 'ERR_ML_PATH_UNSAFE'],
    ['/etc/x', 'ERR_ML_PATH_UNSAFE'],
    ['a/../../x', 'ERR_ML_PATH_UNSAFE'],
  ])('that name %s are refused', (path, code) => {
    const text = JSON.stringify([{ md5, relpath: path }]);
    expect(failureOf(() => parseFolderObject(text, 'data')).code).toBe(code);
  });

  it.each(['', '{}', '[1]', '[{"md5": "x", "relpath": "a"}]', `[{"md5": "${md5}"}]`])(
    'that are damaged are refused: %s',
    (text) => {
      expect(failureOf(() => parseFolderObject(text, 'data')).code).toBe('ERR_ML_DVC_INVALID');
    },
  );

  it('that name a file twice are refused', () => {
    const entry = { md5, relpath: 'a' };
    expect(failureOf(() => parseFolderObject(JSON.stringify([entry, entry]), 'data')).code).toBe(
      'ERR_ML_PATH_UNSAFE',
    );
  });
});
