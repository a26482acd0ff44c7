import { checkGit } from './git.js';
import type { GitFacts } from './git.js';
import { complaints, healthy, textOf } from './testing/healthy-facts.js';

const check = (changes: Partial<GitFacts>) => checkGit({ ...healthy.git, ...changes });
const folder = (isIgnored: boolean, tracked: readonly string[]) => ({
  stateFolders: [{ folder: '.nx-ml', isIgnored, tracked }],
});

describe('checkGit', () => {
  it('has nothing to say of a whole clone that ignores what is derived', () => {
    expect(complaints(check({}))).toEqual([]);
  });

  it.each<[string, Partial<GitFacts>, string, RegExp]>([
    ['no git', { version: undefined }, 'problem git', /Install git/],
    ['no repository', { isRepository: false }, 'problem git', /git init/],
    [
      'a shallow clone',
      { isShallow: true },
      'note git-history',
      /\ngit fetch --unshallow origin "\+refs\/heads\/\*:refs\/remotes\/origin\/\*"; .* fetch-depth: 0 /,
    ],
    [
      'a derived folder not ignored',
      folder(false, []),
      'warning git-derived-files',
      /echo \.nx-ml >> \.gitignore/,
    ],
    [
      'a clone that cannot merge data',
      { mergeDriver: { isNamed: true, isKnown: false } },
      'warning git-merge-driver',
      /two branches .*\nnx-ml data merge-driver --install$/,
    ],
    [
      'derived files committed',
      folder(true, ['.nx-ml/a', '.nx-ml/b', '.nx-ml/c']),
      'problem git-derived-files',
      /3 derived files of it are committed: \.nx-ml\/a, \.nx-ml\/b and 1 more\ngit rm -r --cached \.nx-ml$/,
    ],
    [
      'committed and not ignored either',
      folder(false, ['.nx-ml/a']),
      'problem git-derived-files',
      /1 derived file of it is .*\ngit rm -r --cached \.nx-ml && echo \.nx-ml >> \.gitignore$/,
    ],
  ])('%s', (_, changes, complaint, words) => {
    const findings = check(changes);
    expect(complaints(findings)).toEqual([complaint]);
    expect(textOf(findings, complaint.split(' ')[1] ?? '')).toMatch(words);
  });

  it('line ends: only where git would rewrite data here', () => {
    const rewritten = check({
      autocrlf: 'true',
      convertibleData: ['data sets/a.csv', 'data sets/b.csv', 'x.txt'],
    });
    expect(complaints(rewritten)).toEqual(['warning git-line-ends']);
    expect(textOf(rewritten, 'git-line-ends')).toContain('.gitattributes: data?sets/*.csv, *.txt -text');
    expect(complaints(check({ autocrlf: 'true', convertibleData: [] }))).toEqual([]);
    expect(complaints(check({ autocrlf: 'input' }))).toEqual([]);
  });
});
