import fc from 'fast-check';

import { encodePointer } from '../documents/index.js';
import { objectRefs } from '../documents/testing/arbitraries.js';
import { digestOf, isMlError } from '../kernel/index.js';
import { isInScope } from './pointer-scope.js';
import { dataPathOf, isPointerPath, plainPointer, readPointer } from './pointer-text.js';

describe('plainPointer', () => {
  it('writes what encodePointer writes', () => {
    fc.assert(
      fc.property(objectRefs, (ref) => {
        expect(plainPointer(ref)).toBe(encodePointer(ref));
      }),
    );
  });
});

describe('readPointer', () => {
  const ref = { kind: 'tree', digest: digestOf('x'), size: 12, files: 3 } as const;

  it.each([
    ['as it is written', encodePointer(ref)],
    ['with other white space', JSON.stringify(JSON.parse(encodePointer(ref)))],
    ['with other line ends', encodePointer(ref).replaceAll('\n', '\r\n')],
  ])('reads one %s', async (_, text) => {
    expect(await readPointer(text, 'a.ref.json')).toEqual(ref);
  });

  it.each([
    ['a file that counts as two', encodePointer({ ...ref, kind: 'file' })],
    ['a number beyond all counting', encodePointer(ref).replace('12', '1'.repeat(30))],
    ['a key more', encodePointer(ref).replace('{', '{\n  "a": 1,')],
    ['the marks of a merge', `<<<<<<< ours\n${encodePointer(ref)}`],
    ['', ''],
  ])('refuses %s', async (_, text) => {
    const refused = await readPointer(text, 'a.ref.json').catch((error: unknown) => error);
    expect(isMlError(refused) && refused.code).toBe('ERR_ML_POINTER_INVALID');
  });
});

describe('pointers and paths', () => {
  it('know one another', () => {
    expect(dataPathOf('data/mails.csv.ref.json')).toBe('data/mails.csv');
    expect(['a.ref.json', 'ref.json', '.ref.json', 'a/.ref.json'].map(isPointerPath)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it.each([
    [[], true],
    [[''], true],
    [['data/mails.csv.ref.json'], true],
    [['data/mails.csv'], true],
    [['data'], true],
    [['other', 'data/mails.csv/part'], true],
    [['dat', 'data/mails', 'data/mails.csv.ref'], false],
  ])('%j mean data/mails.csv: %s', (paths, isMeant) => {
    expect(isInScope('data/mails.csv.ref.json', paths)).toBe(isMeant);
  });
});
