import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { gitFacts, GitQuestions } from './git-facts.js';

describe('gitFacts', () => {
  let root: string;
  const before = { ...process.env };

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-git-')));
    process.env['GIT_CONFIG_GLOBAL'] = join(root, 'global');
    process.env['GIT_CEILING_DIRECTORIES'] = dirname(root);
  });

  afterEach(() => {
    process.env = { ...before };
    rmSync(root, { recursive: true, force: true });
  });

  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const facts = (data: readonly string[] = []) => gitFacts(new GitQuestions(root), data);

  it('tells a folder that is no repository', () => {
    expect(facts()).toMatchObject({ isRepository: false, stateFolders: [] });
    expect(facts().version).toMatch(/^\d+\./);
  });

  it('tells what is ignored by the repository, not by one user, and what is tracked', () => {
    git('init', '--quiet');
    write('global', `[core]\n\texcludesFile = ${join(root, 'excludes')}\n`);
    write('excludes', '.nx-ml\n');
    expect(facts().stateFolders[0]).toEqual({ folder: '.nx-ml', isIgnored: false, tracked: [] });
    write('.gitignore', '.nx-ml/\n');
    write('.nx/a b', '');
    git('add', '--all');
    expect(facts().stateFolders).toEqual([
      { folder: '.nx-ml', isIgnored: true, tracked: [] },
      { folder: '.nx', isIgnored: false, tracked: ['.nx/a b'] },
    ]);
    expect(facts()).toMatchObject({ isRepository: true, isShallow: false });
  });

  it('tells which text git would rewrite', () => {
    git('init', '--quiet');
    for (const name of ['a.csv', 'b.csv', 'c.txt', 'd.tsv']) write(name, '1\n2\n');
    write('image.bin', '\0\n');
    write('.gitattributes', 'b.csv -text\nc.txt text eol=lf\n*.tsv text\n');
    git('config', 'core.autocrlf', 'true');
    git('-c', 'core.safecrlf=false', 'add', '--all');
    expect(facts(['a.csv', 'b.csv', 'c.txt', 'd.tsv', 'image.bin']).convertibleData).toEqual([
      'a.csv',
      'd.tsv',
    ]);
  });

  it('names the rule that ignores a path, tracked or not', () => {
    git('init', '--quiet');
    write('.gitignore', '# data\ndata/\n*.csv\n!kept.csv\n');
    write('data/x', '');
    git('add', '--force', 'data/x');
    const rules = new GitQuestions(root).ignoreRules(['data/x', 'a.csv', 'kept.csv', 'free']);
    expect(Object.fromEntries(rules)).toEqual({
      'data/x': '.gitignore:2 data/',
      'a.csv': '.gitignore:3 *.csv',
    });
  });
});
