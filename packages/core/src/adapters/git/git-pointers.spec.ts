import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { GitPointers } from './git-pointers.js';

describe('GitPointers', () => {
  let root: string;
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=A. Spec', '-c', 'user.email=spec@localhost', ...args], {
      cwd: root,
      encoding: 'utf8',
    }).trim();
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };
  const commit = (message: string): string => {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty-message', '-m', message);
    return git('rev-parse', 'HEAD');
  };

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-git-pointers-')));
    git('init', '--quiet', '--initial-branch=main');
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('lists pointers of the workspace, committed or new, and not what git ignores', async () => {
    write({ 'ws/é x.ref.json': '1', 'ws/plain.json': '1', 'above.ref.json': '1', '.gitignore': 'out/\n' });
    commit('First');
    write({ 'ws/sub/new.ref.json': '1', 'ws/out/built.ref.json': '1', 'ws/.ref.json': '1' });
    const pointers = new GitPointers(join(root, 'ws'));
    expect(await pointers.pointers()).toEqual(['sub/new.ref.json', 'é x.ref.json']);
  });

  it('has no answer where there is no repository', async () => {
    rmSync(join(root, '.git'), { recursive: true });
    expect(await new GitPointers(root).pointers()).toBeUndefined();
    expect(await new GitPointers(root).commit('HEAD')).toBeUndefined();
    expect(await new GitPointers(root).log([])).toEqual([]);
  });

  it('reads the pointers of a commit, none that is too long for one, and no link', async () => {
    write({ 'ws/a.ref.json': 'one\n', 'ws/b/c.ref.json': 'x'.repeat(1_000_001), 'top.ref.json': '' });
    symlinkSync('a.ref.json', join(root, 'ws/link.ref.json'));
    const first = commit('First');
    write({ 'ws/a.ref.json': 'two' });
    commit('Second');
    const pointers = new GitPointers(join(root, 'ws'));
    expect(await pointers.commit('HEAD~1')).toBe(first);
    expect([await pointers.commit('nothing'), await pointers.commit('--all')]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await pointers.pointersAt(first)).toEqual(
      new Map([
        ['a.ref.json', 'one\n'],
        ['b/c.ref.json', ''],
      ]),
    );
  });

  it('tells the commits that changed pointers, newest first, with what a merge brought', async () => {
    write({ 'a.ref.json': '1', 'd/b.ref.json': '1' });
    const first = commit('First');
    write({ 'other.txt': '' });
    commit('No pointer');
    git('checkout', '--quiet', '-b', 'side');
    write({ 'a.ref.json': '2' });
    const side = commit('On the side: ":100644 000000 0 0 M"');
    git('checkout', '--quiet', 'main');
    write({ 'd/b.ref.json': '2' });
    rmSync(join(root, 'a.ref.json'));
    const removed = commit('');
    expect(() => git('merge', '--quiet', 'side')).toThrow(/merge/);
    write({ 'a.ref.json': '3' });
    const merge = commit('Merge side');
    const log = await new GitPointers(root).log([]);
    const edit = (pointer: string, before?: string, after?: string) => ({ pointer, before, after });
    expect(log.map(({ commit: name, subject, edits }) => [name, subject, edits])).toEqual([
      [merge, 'Merge side', [edit('a.ref.json', undefined, '3')]],
      [removed, '', [edit('a.ref.json', '1', undefined), edit('d/b.ref.json', '1', '2')]],
      [side, 'On the side: ":100644 000000 0 0 M"', [edit('a.ref.json', '1', '2')]],
      [first, 'First', [edit('a.ref.json', undefined, '1'), edit('d/b.ref.json', undefined, '1')]],
    ]);
    expect(log[0]).toMatchObject({
      author: 'A. Spec',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
    const ofFolder = await new GitPointers(root).log(['d']);
    expect(ofFolder.map(({ commit: name }) => name)).toEqual([removed, first]);
    const ofData = await new GitPointers(root).log(['a']);
    expect(ofData.map(({ commit: name }) => name)).toEqual([merge, removed, side, first]);
  });
});
