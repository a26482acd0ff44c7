import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { pointer, RootScene } from './testing/root-scene.js';

let scene: RootScene;

beforeEach(() => {
  scene = new RootScene();
});
afterEach(() => {
  scene.remove();
});

describe('GitRootReader, of the past of a repository,', () => {
  it('reads every state of a pointer in history, and names commit and path', async () => {
    scene.point('data/ä b', '1');
    const first = scene.commit('1');
    scene.point('data/ä b', '2');
    scene.commit('2');
    rmSync(join(scene.root, 'data'), { recursive: true });
    scene.commit('gone');
    await scene.keeps('1', '2');
    const { pointers } = await scene.read();
    expect(pointers).toContainEqual(
      expect.objectContaining({
        path: 'data/ä b.ref.json',
        text: pointer('1'),
        place: expect.objectContaining({ in: 'history', commit: first }) as unknown,
      }),
    );
  });

  it('reads a text that stood under another name first', async () => {
    scene.write('copies/a.json', pointer('1'));
    scene.commit('a copy that is no pointer');
    scene.point('a', '1');
    scene.commit('the pointer');
    scene.git('rm', '--quiet', 'a.ref.json');
    scene.commit('gone');
    await scene.keeps('1');
  });

  it('reads branches that were merged and dropped, tags, remotes and what only a merge brought', async () => {
    scene.commit('start');
    scene.git('checkout', '--quiet', '-b', 'side');
    scene.point('side', 'dropped by the merge');
    scene.commit('side');
    scene.git('checkout', '--quiet', 'main');
    scene.point('main', 'main');
    scene.commit('main');
    scene.git('merge', '--quiet', '-s', 'ours', '-m', 'ours', 'side');
    scene.git('branch', '-D', 'side');
    scene.point('evil', 'by the merge alone');
    scene.git('add', '--all');
    scene.git('commit', '--quiet', '--amend', '-m', 'evil');
    scene.git('rm', '--quiet', 'evil.ref.json');
    scene.commit('gone');
    scene.git('reflog', 'expire', '--expire=now', '--all');
    await scene.keeps('dropped by the merge', 'main', 'by the merge alone');
    const clone = join(scene.base, 'clone');
    scene.git('clone', '--quiet', scene.root, clone);
    scene.root = clone;
    await scene.keeps('dropped by the merge', 'main', 'by the merge alone');
    expect((await scene.read()).branches).toEqual(new Set(['main', 'HEAD']));
  });

  it('reads what a reset left to the reflog, and no longer what the reflog has forgotten', async () => {
    scene.commit('start');
    scene.point('a', 'reset');
    scene.commit('a');
    scene.git('reset', '--quiet', '--hard', 'HEAD~');
    await scene.keeps('reset');
    scene.git('reflog', 'expire', '--expire=now', '--all');
    rmSync(join(scene.root, '.git/ORIG_HEAD'));
    await scene.keeps();
  });

  it('reads all stashes, staged and untracked files of theirs too', async () => {
    scene.point('a', '1');
    scene.commit('start');
    scene.point('a', 'stashed');
    scene.point('b', 'stashed and untracked');
    scene.git('stash', 'push', '--quiet', '--include-untracked');
    scene.point('a', 'staged');
    scene.git('add', '--all');
    scene.point('a', 'unstaged');
    scene.git('stash', 'push', '--quiet');
    await scene.keeps('1', 'stashed', 'stashed and untracked', 'staged', 'unstaged');
  });

  it('reads what a conflict left in the index, and what a merge or rebase has set aside', async () => {
    scene.point('a', 'base');
    scene.commit('base');
    scene.git('checkout', '--quiet', '-b', 'side');
    scene.point('a', 'theirs');
    scene.commit('theirs');
    scene.git('checkout', '--quiet', 'main');
    scene.point('a', 'ours');
    scene.commit('ours');
    scene.point('b', 'stashed by the rebase');
    scene.git('add', '--all');
    expect(() => scene.git('rebase', '--quiet', '--autostash', 'side')).toThrow();
    await expect(scene.kept()).rejects.toMatchObject({ code: 'ERR_ML_POINTER_INVALID' });
    scene.write('a.ref.json', pointer('resolved'));
    scene.git('branch', '-D', 'side');
    scene.git('reflog', 'expire', '--expire=now', '--all');
    await scene.keeps('base', 'theirs', 'ours', 'stashed by the rebase', 'resolved');
  });

  it('reads tagged trees, and takes no link and no submodule for a pointer', async () => {
    scene.point('a', 'in a tagged tree');
    scene.git('add', '--all');
    const tree = scene.git('write-tree');
    scene.git('rm', '--quiet', '-f', 'a.ref.json');
    scene.git('tag', '-a', '-m', 'a tree', 'tree', tree);
    symlinkSync('nowhere', join(scene.root, 'link.ref.json'));
    scene.commit('link');
    await scene.keeps('in a tagged tree');
  });

  it('sees the history that a replaced commit hides', async () => {
    scene.point('a', 'hidden');
    scene.commit('a');
    scene.git('rm', '--quiet', 'a.ref.json');
    const tip = scene.commit('gone');
    scene.git('replace', tip, scene.git('commit-tree', `${tip}^{tree}`, '-m', 'no past'));
    scene.git('reflog', 'expire', '--expire=now', '--all');
    expect(scene.git('log', '--oneline').split('\n')).toHaveLength(1);
    await scene.keeps('hidden');
  });
});
