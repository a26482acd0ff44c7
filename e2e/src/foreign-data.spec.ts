import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { md5Of, scriptedModel, WorkspaceRig } from '@nx-ml/testing';

const everything = ['run-many', '-t', 'data', 'train'];
const rows = 'x,y\n1,2\n3,4\n';
const storage = (text: string) => `files/md5/${md5Of(text).slice(0, 2)}/${md5Of(text).slice(2)}`;

/** A clone of somebody with a home of their own: neither our store nor Nx has seen anything there. */
function freshClone(rig: WorkspaceRig, name: string) {
  const cwd = join(rig.home, name);
  const env = rig.environment({ GIT_LFS_SKIP_SMUDGE: '1' });
  expect(spawnSync('git', ['clone', '--quiet', rig.root, cwd], { env }).status).toBe(0);
  symlinkSync(join(rig.root, 'node_modules'), join(cwd, 'node_modules'));
  const home = join(rig.home, `${name}-home`);
  mkdirSync(home);
  return { cwd, env: { HOME: home } };
}

describe('data of other tools, on real Nx', () => {
  let rig: WorkspaceRig;

  beforeEach(async () => {
    rig = await WorkspaceRig.create({ quick: true });
    rig.append('.gitignore', '/storage\n');
    rig.write(scriptedModel({ name: 'm', yaml: ['data: [raw]'] }));
  });

  afterEach(() => rig.dispose());

  it('a .dvc dataset trains from a fresh clone, from a folder remote, and again only when it changes', async () => {
    rig.write({
      '.dvc/config': `[core]\n    remote = here\n['remote "here"']\n    url = ${join(rig.root, 'storage')}\n`,
      '.dvc/.gitignore': '/cache\n',
      'datasets/raw/ml.yaml': 'kind: dataset\npointer: raw.csv.dvc\n',
      'datasets/raw/raw.csv': rows,
    });
    const added = await rig.cli(['data', 'add', '--dvc', 'datasets/raw/raw.csv']);
    expect(added).toMatchObject({ code: 0 });
    expect(rig.read('datasets/raw/raw.csv.dvc')).toBe(
      `outs:\n- md5: ${md5Of(rows)}\n  size: ${String(rows.length)}\n  hash: md5\n  path: raw.csv\n`,
    );
    expect(rig.read(`.dvc/cache/${storage(rows)}`)).toBe(rows);
    rig.commitAll('data by DVC');
    expect(rig.gitStatus()).toBe('');
    expect(await rig.tasks(everything)).toMatchObject({ 'm:train': 'executed' });
    const trained = rig.read('.nx-ml/manifests/m/train.manifest.json');

    const clone = freshClone(rig, 'clone');
    const before = await rig.cli(['plan'], clone);
    expect(before.output).toContain('raw:data would bring its data');
    expect(before.output).toContain('dvc pull datasets/raw/raw.csv.dvc');
    const without = await rig.nx([...everything, '--output-style=static'], clone);
    expect(without.code).not.toBe(0);
    expect(without.output).toContain('ERR_ML_DATA_MISSING');
    // What `dvc push` does.
    rig.write({ [`storage/${storage(rows)}`]: rows });
    expect(await rig.tasks(everything, clone)).toMatchObject({ 'm:train': 'executed' });
    expect(rig.takeTrace(clone.cwd)).toEqual(['m:train:1']);
    expect(readFileSync(join(clone.cwd, '.nx-ml/manifests/m/train.manifest.json'), 'utf8')).toBe(trained);

    rmSync(join(rig.root, 'storage'), { recursive: true });
    expect((await rig.cli(['plan'], clone)).output).toContain('Nothing trains');
    expect((await rig.tasks(everything))['m:train']).toBe('hit');
    rig.append('datasets/raw/raw.csv', '5,6\n');
    const drift = await rig.nx([...everything, '--output-style=static']);
    expect(drift.output).toContain('ERR_ML_DATA_DRIFT');
    await rig.cli(['data', 'add', '--dvc', 'datasets/raw/raw.csv']);
    expect(await rig.tasks(everything)).toMatchObject({ 'm:train': 'executed' });
  });

  const hasLfs = spawnSync('git', ['lfs', 'version']).status === 0;
  // Git LFS is a program of its own; .ci/run installs it.
  if (!hasLfs)
    process.stderr.write('the spec of Git LFS is skipped: git lfs is not installed (see .ci/run)\n');
  (hasLfs ? it : it.skip)('a dataset in Git LFS has the same run keys, pulled or not', async () => {
    rig.git('lfs', 'install', '--local', '--skip-repo');
    rig.write({
      '.gitattributes': '*.csv filter=lfs diff=lfs merge=lfs -text\n',
      'datasets/raw/ml.yaml': 'kind: dataset\nfiles: [raw.csv]\n',
      'datasets/raw/raw.csv': rows,
    });
    rig.commitAll('data by Git LFS');
    expect(await rig.tasks(everything)).toMatchObject({ 'm:train': 'executed' });
    const trained = rig.read('.nx-ml/manifests/m/train.manifest.json');
    rig.takeTrace();

    const clone = freshClone(rig, 'lfs');
    const git = (...args: readonly string[]) =>
      spawnSync('git', args, { cwd: clone.cwd, env: rig.environment(clone.env), encoding: 'utf8' });
    expect(readFileSync(join(clone.cwd, 'datasets/raw/raw.csv'), 'utf8')).toMatch(
      /^version https:\/\/git-lfs/,
    );
    const without = await rig.nx([...everything, '--output-style=static'], clone);
    expect(without.output).toContain('is only a Git LFS pointer here');
    expect(rig.takeTrace(clone.cwd)).toEqual([]);
    // The bytes, and not the file in the workspace: what `git lfs fetch` does.
    git('config', 'lfs.url', `file://${rig.root}/.git`);
    expect(git('lfs', 'fetch').status).toBe(0);
    expect(await rig.tasks(everything, clone)).toMatchObject({ 'm:train': 'executed' });
    expect(readFileSync(join(clone.cwd, '.nx-ml/manifests/m/train.manifest.json'), 'utf8')).toBe(trained);
    git('lfs', 'install', '--local', '--skip-repo');
    expect(git('lfs', 'checkout').status).toBe(0);
    expect((await rig.tasks(everything, clone))['m:train']).not.toBe('executed');
  });
});
