import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { GitRepository } from './git-repository.js';

describe('GitRepository', () => {
  let root: string;
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=spec', '-c', 'user.email=spec@localhost', ...args], {
      cwd: root,
      encoding: 'utf8',
    }).trim();
  const write = (path: string, text: string): void => {
    writeFileSync(join(root, path), text);
  };
  const commit = (message: string): string => {
    git('add', '--all');
    git('commit', '--quiet', '-m', message);
    return git('rev-parse', 'HEAD');
  };

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-git-')));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('has no answer where there is no repository, or no commit yet', async () => {
    expect(await new GitRepository(root).revision()).toBeUndefined();
    git('init', '--quiet');
    expect(await new GitRepository(root).revision()).toBeUndefined();
    expect(await new GitRepository(root).uncommitted()).toEqual(new Set());
  });

  it('tells commit, branch and whether files differ', async () => {
    git('init', '--quiet', '--initial-branch=main');
    write('a', '1');
    const first = commit('First');
    const repository = new GitRepository(root);
    expect(await repository.revision()).toEqual({ commit: first, branch: 'main', dirty: false });
    write('b', 'new');
    expect(await repository.revision()).toEqual({ commit: first, branch: 'main', dirty: true });
    rmSync(join(root, 'b'));
    git('checkout', '--quiet', '--detach');
    expect(await repository.revision()).toEqual({ commit: first, dirty: false });
  });

  it('resolves names, and tells what a commit came from', async () => {
    git('init', '--quiet', '--initial-branch=main');
    write('a', '1');
    const first = commit('First');
    git('tag', 'v1');
    write('a', '2');
    const second = commit('Second');
    const repository = new GitRepository(root);
    expect(await repository.commit('main')).toBe(second);
    expect(await repository.commit('v1')).toBe(first);
    expect(await repository.commit('nowhere')).toBeUndefined();
    expect(await repository.commit('--all')).toBeUndefined();
    expect(await repository.withAncestors(second)).toEqual([second, first]);
    expect(await repository.withAncestors('f'.repeat(40))).toEqual([]);
  });

  it('tells where two branches parted, and what was before a file', async () => {
    git('init', '--quiet', '--initial-branch=main');
    mkdirSync(join(root, 'sub'));
    write('sub/a', '1');
    const first = commit('First');
    write('sub/b', '1');
    const second = commit('Second');
    git('checkout', '--quiet', '-b', 'side', first);
    write('c', '1');
    const side = commit('Side');
    const repository = new GitRepository(join(root, 'sub'));
    expect(await repository.mergeBase('main', 'side')).toBe(first);
    expect(await repository.mergeBase('main', 'nowhere')).toBeUndefined();
    git('checkout', '--quiet', 'main');
    expect([await repository.beforeFirst('a'), await repository.beforeFirst('b')]).toEqual([null, first]);
    expect(await repository.beforeFirst('c')).toBeUndefined();
    git('merge', '--quiet', '--no-edit', 'side');
    expect(await new GitRepository(root).beforeFirst('c')).toBe(first);
    expect([await repository.mergeBase('HEAD', side), second]).toEqual([side, second]);
    expect(await repository.isShallow()).toBe(false);
    const clone = join(root, 'shallow');
    git('clone', '--quiet', '--depth=1', `file://${root}`, clone);
    expect(await new GitRepository(clone).isShallow()).toBe(true);
  });

  it('reads files as they were at a commit, from a folder of the repository', async () => {
    git('init', '--quiet');
    mkdirSync(join(root, 'sub'));
    write('sub/é "x" missing', 'one\n');
    write('sub/empty', '');
    write('other', '1');
    const first = commit('First');
    write('sub/é "x" missing', 'two');
    write('sub/late', '2');
    commit('Second');
    const paths = ['é "x" missing', 'late', '.', 'a\nb', 'empty', '../other', 'é "x" missing'];
    const files = await new GitRepository(join(root, 'sub')).filesAt(first, paths);
    expect([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString()])).toEqual([
      ['é "x" missing', 'one\n'],
      ['empty', ''],
      ['../other', '1'],
    ]);
    expect((await new GitRepository(root).filesAt('f'.repeat(40), ['other'])).size).toBe(0);
    expect((await new GitRepository(root).filesAt(first, [])).size).toBe(0);
  });

  it('names the newest commit of each file since another, and what is not committed', async () => {
    git('init', '--quiet');
    mkdirSync(join(root, 'sub'));
    write('sub/é "x".txt', '1');
    write('other', '1');
    const first = commit('First');
    write('sub/é "x".txt', '2');
    commit('Second');
    write('sub/é "x".txt', '3');
    const third = commit('Third: with "quotes" and  spaces');
    write('sub/edited', '1');
    const repository = new GitRepository(join(root, 'sub'));
    expect(await repository.commitsSince(first)).toEqual(
      new Map([['é "x".txt', { commit: third, subject: 'Third: with "quotes" and  spaces' }]]),
    );
    expect(await repository.uncommitted()).toEqual(new Set(['edited']));
    expect(await repository.commitsSince('0'.repeat(40))).toBeUndefined();
  });
});
