import { checkStore } from './store.js';
import type { StoreFacts } from './store.js';
import { complaints, healthy, textOf } from './testing/healthy-facts.js';

const check = (changes: Partial<StoreFacts>) => checkStore({ ...healthy.store, ...changes });

describe('checkStore', () => {
  it('names folder and format where all is well', () => {
    expect(complaints(check({}))).toEqual([]);
    expect(textOf(check({}), 'store')).toContain('/home/user/.cache/nx-ml/store, format 1');
    expect(
      complaints(check({ state: { is: 'absent' }, free: undefined, isBesideWorkspace: undefined })),
    ).toEqual([]);
  });

  it('one that cannot be opened has its own words', () => {
    const state = { is: 'unusable', message: 'format 9', fix: 'Update nx-ml.' } as const;
    const findings = check({ state, readOnly: 'denied', quarantined: 3 });
    expect(complaints(findings)).toEqual(['problem store']);
    expect(textOf(findings, 'store')).toBe('store\nformat 9\nUpdate nx-ml.');
  });

  it.each<[string, Partial<StoreFacts>, string, RegExp]>([
    ['read-only', { readOnly: 'denied' }, 'problem store-writable', /no new one can be kept\n.*NX_ML_STORE/],
    [
      'another file system',
      { isBesideWorkspace: false },
      'note store-file-system',
      /copied.*\nSet NX_ML_STORE/,
    ],
    ['little space', { free: 1.25e9 }, 'warning store-space', /1\.3 GB: .*\nFree some space/],
    [
      'damaged objects',
      { quarantined: 2 },
      'warning store-quarantine',
      /2 objects did not match their digest and were/,
    ],
    [
      'what dead writers left',
      { abandoned: { files: 1, bytes: 3e6 } },
      'note store-abandoned',
      /1 file .*3\.0 MB.*it$/m,
    ],
  ])('%s', (_, changes, complaint, words) => {
    const findings = check(changes);
    expect(complaints(findings)).toEqual([complaint]);
    expect(textOf(findings, complaint.split(' ')[1] ?? '')).toMatch(words);
  });
});
