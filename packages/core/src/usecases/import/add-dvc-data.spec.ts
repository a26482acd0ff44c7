import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { LocalDvcCache } from '../../adapters/foreign-fs/index.js';
import { folderObjectText } from '../../interop/dvc/index.js';
import { addDvcData } from './add-dvc-data.js';
import type { AddedDvcData } from './add-dvc-data.js';
import type { FakeMachine } from '../testing/fake-machine.js';
import { newWorkspace, removeWorkspaces, run, task } from '../testing/small-workspace.js';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const object = (sum: string): string => `.dvc/cache/files/md5/${sum.slice(0, 2)}/${sum.slice(2)}`;

describe('nx-ml data add --dvc', () => {
  let machine: FakeMachine;
  const at = (path: string) => join(machine.deps.root, path);
  const text = (path: string) => readFileSync(at(path), 'utf8');

  beforeEach(() => {
    machine = newWorkspace();
    machine.write({ '.dvc/config': '', 'datasets/raw/ml.yaml': 'kind: dataset\npointer: raw.csv.dvc\n' });
  });

  afterEach(removeWorkspaces);

  function add(path: string): Promise<AddedDvcData> {
    const { workspace, stores, foreign, writer } = machine.deps;
    const cache = new LocalDvcCache(machine.deps.root);
    return addDvcData(path, { workspace: workspace.refreshed(), stores, foreign, cache, writer });
  }

  it('leaves of a file what dvc add leaves', async () => {
    machine.write({ 'datasets/raw/raw.csv': 'a,b\n' });
    const added = await add('datasets/raw/raw.csv');
    expect(added).toMatchObject({ pointer: 'datasets/raw/raw.csv.dvc', md5: md5('a,b\n'), changed: true });
    expect(text('datasets/raw/raw.csv.dvc')).toBe(
      `outs:\n- md5: ${md5('a,b\n')}\n  size: 4\n  hash: md5\n  path: raw.csv\n`,
    );
    expect(text('datasets/raw/.gitignore')).toBe('/raw.csv\n');
    expect(text(object(md5('a,b\n')))).toBe('a,b\n');
    expect(statSync(at(object(md5('a,b\n')))).mode & 0o777).toBe(0o444);
    expect(lstatSync(at('datasets/raw/raw.csv')).ino).not.toBe(lstatSync(at(object(md5('a,b\n')))).ino);
    expect(await add('datasets/raw/raw.csv')).toMatchObject({ changed: false });
    expect(text('datasets/raw/.gitignore')).toBe('/raw.csv\n');
  });

  it('leaves of a folder its files and the list of them', async () => {
    machine.write({ 'datasets/raw/images/a.txt': '1', 'datasets/raw/images/b/ü.txt': '22' });
    const list = folderObjectText([
      { path: 'a.txt', md5: md5('1') },
      { path: 'b/ü.txt', md5: md5('22') },
    ]);
    await add('datasets/raw/images');
    expect(text('datasets/raw/images.dvc')).toBe(
      `outs:\n- md5: ${md5(list)}.dir\n  size: 3\n  nfiles: 2\n  hash: md5\n  path: images\n`,
    );
    expect(text(`${object(md5(list))}.dir`)).toBe(list);
    expect(text(object(md5('22')))).toBe('22');
  });

  it('makes the data known and stored here, so that neither DVC nor the workspace is needed to train', async () => {
    machine.write({ 'datasets/raw/raw.csv': 'a,b\n' });
    const { ref } = await add('datasets/raw/raw.csv');
    rmSync(at('datasets/raw/raw.csv'));
    rmSync(at('.dvc/cache'), { recursive: true });
    const { 'raw:data': data } = await run(machine, [task('raw', 'data')]);
    expect(data).toMatchObject({ state: 'restored', manifest: { runs: [{ outputs: { data: ref } }] } });
  });

  it('puts a damaged object of the cache right', async () => {
    machine.write({ 'datasets/raw/raw.csv': 'a,b\n', [object(md5('a,b\n'))]: 'evil' });
    await add('datasets/raw/raw.csv');
    expect(text(object(md5('a,b\n')))).toBe('a,b\n');
  });

  it.each([
    [
      'no DVC project',
      'ERR_ML_DVC_INVALID',
      () => {
        rmSync(at('.dvc'), { recursive: true });
      },
    ],
    [
      'nothing there',
      'ERR_ML_DATA_MISSING',
      () => {
        rmSync(at('datasets/raw/images'), { recursive: true });
      },
    ],
    [
      'rules of .dvcignore',
      'ERR_ML_DVC_INVALID',
      () => {
        writeFileSync(at('.dvcignore'), '# x\n*.log\n');
      },
    ],
    [
      'a link in it',
      'ERR_ML_PATH_UNSAFE',
      () => {
        symlinkSync('/etc/passwd', at('datasets/raw/images/link'));
      },
    ],
    [
      'names that clash',
      'ERR_ML_PATH_UNSAFE',
      () => {
        writeFileSync(at('datasets/raw/images/A.TXT'), '');
      },
    ],
    [
      'a pointer that git ignores',
      'ERR_ML_DATA_IGNORED',
      () => {
        writeFileSync(at('.gitignore'), '*.dvc\n');
      },
    ],
    [
      'more in the .dvc file',
      'ERR_ML_DVC_INVALID',
      () => {
        writeFileSync(at('datasets/raw/images.dvc'), 'outs:\n- path: images\n  desc: mine\n');
      },
    ],
  ])('refuses %s, and writes no .dvc file', async (_, code, spoil) => {
    machine.write({ 'datasets/raw/images/a.txt': '1' });
    spoil();
    const before = existsSync(at('datasets/raw/images.dvc')) ? text('datasets/raw/images.dvc') : undefined;
    await expect(add('datasets/raw/images')).rejects.toMatchObject({ code });
    expect(existsSync(at('datasets/raw/images.dvc')) ? text('datasets/raw/images.dvc') : undefined).toBe(
      before,
    );
    expect(existsSync(at('datasets/raw/.gitignore'))).toBe(false);
  });

  it('refuses a name that the .dvc file could not be read with', async () => {
    machine.write({ 'datasets/raw/data[1].csv': 'x' });
    await expect(add('datasets/raw/data[1].csv')).rejects.toMatchObject({ code: 'ERR_ML_PATH_UNSAFE' });
    expect(existsSync(at('.dvc/cache'))).toBe(false);
  });

  it('adds no line where a rule above ignores the data already', async () => {
    machine.write({ '.gitignore': '*.csv\n', 'datasets/raw/raw.csv': 'a,b\n' });
    await add('datasets/raw/raw.csv');
    expect(existsSync(at('datasets/raw/.gitignore'))).toBe(false);
  });
});
