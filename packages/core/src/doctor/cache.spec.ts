import { checkCache } from './cache.js';
import type { CacheFacts } from './cache.js';
import { complaints, healthy, textOf } from './testing/healthy-facts.js';

const check = (changes: Partial<CacheFacts>) => checkCache({ ...healthy.cache, ...changes });

describe('checkCache', () => {
  it('names the folder where all is well', () => {
    expect(complaints(check({}))).toEqual([]);
    expect(textOf(check({}), 'cache-folder')).toContain('/home/user/.nx/1/cache');
    expect(complaints(check({ isCi: true, chosenBy: 'nx.json' }))).toEqual([]);
    // Nx moves its own folder and its database together.
    expect(complaints(check({ isEmptyBesideDatabase: true }))).toEqual([]);
  });

  it.each<[string, Partial<CacheFacts>, string, RegExp]>([
    [
      'not writable',
      { unusable: 'permission denied' },
      'problem cache-folder',
      /denied.*\n.*NX_CACHE_DIRECTORY/,
    ],
    [
      'chosen and not writable',
      { unusable: 'x', chosenBy: 'nx.json' },
      'problem cache-folder',
      /\n.*in nx\.json/,
    ],
    [
      'emptied beside its database',
      { chosenBy: 'nx.json', isEmptyBesideDatabase: true },
      'warning cache-moved',
      /bring no outputs\nnpx nx reset$/,
    ],
    [
      'moved by the variable',
      { chosenBy: 'NX_CACHE_DIRECTORY' },
      'note cache-moved',
      /every terminal and job/,
    ],
    ['CI without a folder', { isCi: true }, 'note cache-ci', /NX_CACHE_DIRECTORY to \.nx\/cache/],
    [
      'a deprecated remote cache',
      { deprecated: ['@nx/s3-cache', '@nx/gcs-cache'] },
      'problem cache-remote',
      /CVE-2025-36852.*\nnpm uninstall @nx\/s3-cache @nx\/gcs-cache/,
    ],
  ])('%s', (_, changes, complaint, words) => {
    const findings = check(changes);
    expect(complaints(findings)).toEqual([complaint]);
    // A group may hold two findings of one check: the complaint is the last.
    expect(textOf([...findings].reverse(), complaint.split(' ')[1] ?? '')).toMatch(words);
  });
});
