import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';

import { CliScene } from './testing/cli-scene.js';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('nx-ml data import from another repository', () => {
  let scene: CliScene;

  const importing = (...args: readonly string[]) => scene.told('ws', 'data', 'import', ...args);
  const pointer = (path: string) => JSON.parse(scene.read(`ws/${path}`)) as Record<string, unknown>;
  /** Commits what the other repository has. @returns the commit */
  const commit = () => {
    scene.git('other', 'add', '--all');
    scene.git('other', 'commit', '--quiet', '-m', 'Data');
    return scene.git('other', 'rev-parse', 'HEAD').trim();
  };

  beforeEach(async () => {
    scene = new CliScene();
    scene.write({ 'ws/nx.json': '{}', 'ws/.gitignore': '.nx-ml\n' });
    scene.write({
      'other/nx.json': '{}',
      'other/d/mails.csv': 'one',
      'other/d/pics/1': '1',
      'other/.gitignore': '.nx-ml\n',
    });
    scene.git('other', 'init', '--quiet', '--initial-branch=main');
    await scene.told('other', 'data', 'add', 'd/mails.csv', 'd/pics');
  });
  afterEach(() => {
    scene.remove();
  });

  it.each([
    ['a folder', () => '../other', () => '../other'],
    ['its address', () => `git+file://${scene.at('other')}`, () => `git+file://${scene.at('other')}`],
  ])('named by %s notes the commit, and takes the bytes from the store', async (_, source, noted) => {
    const first = commit();
    const told = await importing(source(), 'd/pics.ref.json', '--to', 'datasets/pics');
    expect(told).toContain(first.slice(0, 12));
    expect(pointer('datasets/pics/pics.ref.json')).toMatchObject({
      formatVersion: 2,
      kind: 'tree',
      source: { repository: noted(), revision: first, path: 'd/pics.ref.json' },
    });
    expect(scene.read('ws/datasets/pics/pics/1')).toBe('1');
  });

  it.each([
    ['a folder', () => '../other'],
    ['its address', () => `file://${scene.at('other')}`],
  ])('named by %s is read at a revision: tag, branch or the beginning of a commit', async (_, source) => {
    const first = commit();
    scene.git('other', 'tag', 'v1');
    scene.write({ 'other/d/mails.csv': 'two' });
    await scene.told('other', 'data', 'add', 'd/mails.csv');
    commit();
    await importing(source(), 'd/mails.csv.ref.json', '--rev', 'v1', '--to', 'a');
    expect(scene.read('ws/a/mails.csv')).toBe('one');
    await importing(source(), 'd/mails.csv.ref.json', '--rev', first.slice(0, 10), '--to', 'b');
    expect(scene.read('ws/b/mails.csv')).toBe('one');
    await importing(source(), 'd/mails.csv.ref.json', '--rev', 'main', '--to', 'c');
    expect(scene.read('ws/c/mails.csv')).toBe('two');
    expect(await importing('--update', 'a/mails.csv.ref.json')).toContain('\u2192');
    expect(scene.read('ws/a/mails.csv')).toBe('two');
  });

  it('takes the bytes from its files where the store has them not, as they are at that commit', async () => {
    commit();
    rmSync(scene.at('store'), { recursive: true });
    await importing('../other', 'd/mails.csv.ref.json', '--to', 'a');
    expect(scene.read('ws/a/mails.csv')).toBe('one');
    rmSync(scene.at('store'), { recursive: true });
    scene.write({ 'other/d/mails.csv': 'edited' });
    const again = () => importing('../other', 'd/mails.csv.ref.json', '--to', 'b');
    await expect(again()).rejects.toMatchObject({ code: 'ERR_ML_DATA_DRIFT' });
    rmSync(scene.at('store'), { recursive: true });
    rmSync(scene.at('other/d/mails.csv'));
    await expect(again()).rejects.toMatchObject({ code: 'ERR_ML_DATA_MISSING' });
  });

  it('takes the bytes from the remote that its nx.json names', async () => {
    const option = { remote: scene.at('remote') };
    mkdirSync(option.remote);
    scene.write({ 'other/nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-ml', options: option }] }) });
    commit();
    await scene.told('other', 'data', 'push');
    rmSync(scene.at('store'), { recursive: true });
    await importing(`file://${scene.at('other')}`, 'd/pics.ref.json', '--to', 'datasets/pics');
    expect(scene.read('ws/datasets/pics/pics/1')).toBe('1');
  });

  it.each([
    ['a folder', () => '../other'],
    ['its address', () => `file://${scene.at('other')}`],
  ])('reads its .dvc files too, by %s, from its DVC remote', async (_, source) => {
    const sum = md5('dvc');
    scene.write({
      'other/.dvc/config': `[core]\n    remote = s\n['remote "s"']\n    url = ${scene.at('dvc-storage')}\n`,
      'other/d/raw.csv.dvc': `outs:\n- md5: ${sum}\n  size: 3\n  hash: md5\n  path: raw.csv\n`,
    });
    scene.write({ [`dvc-storage/files/md5/${sum.slice(0, 2)}/${sum.slice(2)}`]: 'dvc' });
    commit();
    await importing(source(), 'd/raw.csv.dvc', '--to', 'datasets/raw');
    expect(scene.read('ws/datasets/raw/raw.csv')).toBe('dvc');
    expect(pointer('datasets/raw/raw.csv.ref.json')).toMatchObject({
      kind: 'file',
      source: { path: 'd/raw.csv.dvc' },
    });
  });

  it.each([
    [['../other', 'd/none.ref.json'], 'ERR_ML_DATA_MISSING'],
    [['../other', 'nx.json'], 'ERR_ML_DATA_MISSING'],
    [['../other', '../../x.ref.json'], 'ERR_ML_PATH_UNSAFE'],
    [['../other', 'd/mails.csv.ref.json', '--rev', 'none'], 'ERR_ML_USAGE'],
    [['../other', 'd/mails.csv.ref.json', '--rev', '--help-all'], 'ERR_ML_USAGE'],
    [['../other'], 'ERR_ML_USAGE'],
    [['git+ext::sh -c touch% x', 'd/mails.csv.ref.json'], 'ERR_ML_USAGE'],
    [['git+file:///nowhere/at/all', 'd/x.ref.json'], 'ERR_ML_DOWNLOAD_FAILED'],
  ])('refuses %j', async (args, code) => {
    commit();
    await expect(importing(...args, '--to', 'x')).rejects.toMatchObject({ code });
    expect(existsSync(scene.at('ws/x'))).toBe(false);
  });
});
