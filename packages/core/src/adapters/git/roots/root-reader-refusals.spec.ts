import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { gitIn, refusal, RootScene } from './testing/root-scene.js';

let scene: RootScene;

beforeEach(() => {
  scene = new RootScene();
});
afterEach(() => {
  scene.remove();
});

describe('GitRootReader, rather than miss a root,', () => {
  it('refuses a worktree whose folder is not there', async () => {
    scene.commit('start');
    scene.git('worktree', 'add', '--quiet', join(scene.base, 'tree'));
    renameSync(join(scene.base, 'tree'), join(scene.base, 'unmounted'));
    await expect(scene.read()).rejects.toEqual(refusal(`the worktree ${join(scene.base, 'tree')}`));
    scene.git('worktree', 'prune');
    await scene.keeps();
  });

  it('refuses shallow clones, partial clones and grafts', async () => {
    scene.point('a', '1');
    const first = scene.commit('1');
    scene.commit('2');
    scene.git('config', 'uploadpack.allowFilter', 'true');
    const main = scene.root;
    for (const [option, why] of [
      ['--depth=1', 'is a shallow clone'],
      ['--filter=blob:none', 'is a partial clone'],
    ] as const) {
      scene.root = join(scene.base, option);
      gitIn(scene.base, 'clone', '--quiet', option, `file://${main}`, scene.root);
      await expect(scene.read()).rejects.toEqual(refusal(why));
    }
    scene.root = main;
    scene.write('.git/info/grafts', `${scene.git('rev-parse', 'HEAD')}\n${first}\n`);
    await expect(scene.read()).rejects.toEqual(refusal('has grafts'));
  });

  it('passes over a shallow clone in an ignored folder, unless it has pointers', async () => {
    scene.commit('start');
    const other = join(scene.base, 'other');
    gitIn(scene.base, 'init', '--quiet', other);
    gitIn(other, 'commit', '--quiet', '--allow-empty', '-m', '1');
    gitIn(other, 'commit', '--quiet', '--allow-empty', '-m', '2');
    gitIn(scene.base, 'clone', '--quiet', '--depth=1', `file://${other}`, join(scene.root, 'vendored'));
    await scene.keeps();
    scene.point('vendored/a', '1');
    await expect(scene.read()).rejects.toEqual(refusal('is a shallow clone'));
  });

  it.each(['commit', 'tree', 'blob'])('refuses a repository that lacks a %s of its history', async (type) => {
    scene.point('data/a', '1');
    const first = scene.commit('1');
    scene.point('data/a', '2');
    scene.commit('2');
    const lost = {
      commit: first,
      tree: scene.git('rev-parse', `${first}:data`),
      blob: scene.git('rev-parse', `${first}:data/a.ref.json`),
    };
    const id = lost[type as keyof typeof lost];
    rmSync(join(scene.root, '.git/objects', id.slice(0, 2), id.slice(2)));
    await expect(scene.read()).rejects.toEqual(refusal(scene.root));
  });

  it('refuses a ref that names nothing', async () => {
    scene.commit('start');
    scene.write('.git/refs/heads/broken', `${'1'.repeat(40)}\n`);
    await expect(scene.read()).rejects.toEqual(refusal('refs/heads/broken'));
  });

  it('refuses a workspace that is out of reach, on this machine or another', async () => {
    scene.commit('start');
    const gone = scene.registered({ path: join(scene.base, 'gone'), git: null });
    await expect(scene.read(gone)).rejects.toEqual(refusal(`the workspace ${join(scene.base, 'gone')} uses`));
    const foreign = scene.registered({ host: 'elsewhere', inode: '1' });
    await expect(scene.read(foreign)).rejects.toEqual(refusal(`the workspace ${scene.root} on elsewhere`));
    await expect(scene.read(scene.registered({ host: 'renamed' }))).resolves.toBeDefined();
    const moved = scene.registered({ git: join(scene.base, 'moved/.git') });
    rmSync(join(scene.root, '.git'), { recursive: true });
    await expect(scene.read(moved)).rejects.toEqual(refusal('was in the git repository'));
  });
});
