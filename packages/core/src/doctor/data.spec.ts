import { checkData } from './data.js';
import type { DataFacts } from './data.js';
import { complaints, healthy, textOf } from './testing/healthy-facts.js';

const check = (changes: Partial<DataFacts>) => checkData({ ...healthy.data, ...changes });
const rule = '.gitignore:3 data/';

describe('checkData', () => {
  it('counts what it read where all is well', () => {
    expect(complaints(check({}))).toEqual([]);
    expect(textOf(check({}), 'data')).toContain('3 read, 1 dataset among them');
  });

  it('an empty workspace gets its first step', () => {
    expect(complaints(check({ configs: 0, datasets: 0 }))).toEqual(['note data']);
  });

  it.each<[string, Partial<DataFacts>, string, RegExp]>([
    [
      'a broken ml.yaml',
      { unreadable: [{ file: 'models/a/ml.yaml:2:1', message: 'unknown key', fix: 'Write train.' }] },
      'problem data-unreadable',
      /^models\/a\/ml\.yaml:2:1\nunknown key\nWrite train\.$/,
    ],
    [
      'an ignored ml.yaml',
      { ignoredConfigs: [{ path: 'data/a/ml.yaml', rule }] },
      'problem data-ignored-config',
      /\(\.gitignore:3 data\/\).*Nx does not see.*\nTake data\/ out of \.gitignore:3/s,
    ],
    [
      'ignored data files, one mistake for a folder',
      { ignoredFiles: ['a.csv', 'b.csv'].map((name) => ({ path: `data/x/${name}`, rule: undefined })) },
      'problem data-ignored-files',
      /^data\/x\/a\.csv\ngit ignores it and 1 file beside it, so .*\nRun npx nx-ml data add data\/x\/a\.csv/,
    ],
    [
      'an ignored pointer',
      { ignoredPointers: [{ path: 'data/a.ref.json', rule: undefined }] },
      'problem data-ignored-pointer',
      /nobody else.*\nTake the rule that covers data\/a\.ref\.json/,
    ],
    [
      'data beside its pointer that git sees',
      { exposedData: [{ path: 'data/x/a.csv', isTracked: false }] },
      'warning data-exposed',
      /next git add.*\necho \/a\.csv >> data\/x\/\.gitignore$/,
    ],
    [
      'data beside its pointer that git holds',
      { exposedData: [{ path: 'data/x/a.csv', isTracked: true }] },
      'warning data-exposed',
      /git rm -r --cached data\/x\/a\.csv/,
    ],
    [
      'large data in git',
      { largeFiles: [{ path: 'data/x/a.csv', size: 12_340_000 }] },
      'note data-large-file',
      /12\.3 MB.*\nRun npx nx-ml data add data\/x\/a\.csv, then write pointer: a\.csv\.ref\.json/,
    ],
  ])('%s', (_, changes, complaint, words) => {
    const findings = check(changes);
    expect(complaints(findings)).toEqual([complaint]);
    expect(textOf(findings, complaint.split(' ')[1] ?? '')).toMatch(words);
  });
});
