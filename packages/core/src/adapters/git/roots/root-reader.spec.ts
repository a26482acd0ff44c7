import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { digestOf } from '../../../kernel/index.js';
import { RootScene } from './testing/root-scene.js';

let scene: RootScene;

beforeEach(() => {
  scene = new RootScene();
});
afterEach(() => {
  scene.remove();
});

describe('GitRootReader', () => {
  it('has nothing to tell of a repository without a commit', async () => {
    await scene.keeps();
    scene.point('a', 'uncommitted');
    await scene.keeps('uncommitted');
  });

  it('reads indexes, files and HEADs of all worktrees, registered or not', async () => {
    scene.commit('start');
    scene.git('worktree', 'add', '--quiet', '--detach', join(scene.base, 'tree'));
    const main = scene.root;
    scene.root = join(scene.base, 'tree');
    scene.point('a', 'committed in a detached worktree');
    scene.commit('a');
    scene.point('a', 'staged');
    scene.git('add', '--all');
    scene.point('a', 'in a file');
    scene.write('.gitignore', 'out\n');
    scene.point('out/b', 'ignored');
    scene.root = main;
    const all = ['committed in a detached worktree', 'staged', 'in a file', 'ignored'];
    await scene.keeps(...all);
    const [own, there] = [scene.registered(), scene.registered({ path: join(scene.base, 'tree') })];
    expect([...(await scene.kept(own, there))].sort()).toEqual(all.map(digestOf).sort());
    scene.git('worktree', 'remove', '--force', join(scene.base, 'tree'));
    expect(await scene.kept(own, there)).toEqual(new Set());
  });

  it('reads submodules as roots of their own', async () => {
    const outer = scene.root;
    scene.root = join(scene.base, 'inner');
    mkdirSync(scene.root);
    scene.git('init', '--quiet', '--initial-branch=main');
    scene.point('a', 'old in the submodule');
    scene.commit('1');
    scene.point('a', 'new in the submodule');
    scene.commit('2');
    scene.root = outer;
    scene.git('submodule', '--quiet', 'add', join(scene.base, 'inner'), 'data/inner');
    scene.commit('submodule');
    await scene.keeps('old in the submodule', 'new in the submodule');
    scene.git('submodule', 'deinit', '--force', 'data/inner');
    await scene.keeps('old in the submodule', 'new in the submodule');
  });

  it('reads manifests of the workspace and of Nx, and nothing below node_modules', async () => {
    scene.commit('start');
    scene.write('nx.json', '{}');
    scene.write('.nx-ml/manifests/alpha/train.manifest.json', '{"own":1}');
    scene.write('.nx-ml/manifests/alpha/evaluate.report.json', '{"view":1}');
    scene.write('.nx-ml/manifests/alpha/gate.verdict.json', '{"view":1}');
    scene.write('.nx/cache/17/.nx-ml/manifests/alpha/train.manifest.json', '{"cached":1}');
    scene.write('node_modules/x/.nx-ml/manifests/alpha/train.manifest.json', '{}');
    scene.point('node_modules/x/a', 'a package');
    await scene.keeps();
    const { results } = await scene.read();
    expect(results.map(({ from, text }) => [from, text]).sort()).toEqual([
      ['nx-cache', '{"cached":1}'],
      ['workspace', '{"own":1}'],
    ]);
  });

  it('finds the cache where nx.json puts it', async () => {
    scene.write('nx.json', '{"cacheDirectory":"../elsewhere"}');
    mkdirSync(join(scene.base, 'elsewhere/17/.nx-ml/manifests/alpha'), { recursive: true });
    writeFileSync(join(scene.base, 'elsewhere/17/.nx-ml/manifests/alpha/train.manifest.json'), '{}');
    expect((await scene.read()).results).toMatchObject([{ from: 'nx-cache' }]);
  });

  it('reads a workspace that is in no repository', async () => {
    rmSync(join(scene.root, '.git'), { recursive: true });
    scene.point('a', 'no git');
    expect(await scene.kept(scene.registered({ git: null }))).toEqual(new Set([digestOf('no git')]));
  });

  it('does not read a text that is longer than any pointer', async () => {
    scene.write('large.ref.json', 'x'.repeat(100_000));
    scene.commit('large');
    await scene.keeps();
    expect((await scene.read()).pointers.map(({ size, text }) => [size, text])).toEqual(
      Array.from({ length: 3 }, () => [100_000, undefined]),
    );
  });
});
