import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

import { folderObjectText } from '../../interop/dvc/index.js';
import { digestOf } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import { dataOf, datasetOf, failed, fileTree, plannedOf } from '../testing/data-of-others.js';
import { newWorkspace, removeWorkspaces, run, task } from '../testing/small-workspace.js';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const out = (sum: string, name: string, more = '  hash: md5\n') =>
  `outs:\n- md5: ${sum}\n  size: 4\n${more}  path: ${name}\n`;

function cached(...texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => [objectName(md5(text)), text]));
}

function objectName(sum: string): string {
  return `files/md5/${sum.slice(0, 2)}/${sum.slice(2)}`;
}

const below = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

const csv = {
  ...datasetOf('pointer: raw.csv.dvc'),
  'datasets/raw/raw.csv.dvc': out(md5('a,b\n'), 'raw.csv'),
};
const config = (url: string) => `[core]\n    remote = storage\n['remote "storage"']\n    url = ${url}\n`;

const list = folderObjectText([
  { path: 'a.txt', md5: md5('1\n') },
  { path: 'b/ü.txt', md5: md5('2\n') },
]);
const listSum = `${md5(list)}.dir`;
const images = { ...datasetOf('pointer: images.dvc'), 'datasets/raw/images.dvc': out(listSum, 'images') };
const imagesTree = digestOf(
  encodeTree([
    { path: 'a.txt', digest: digestOf('1\n'), size: 2 },
    { path: 'b/ü.txt', digest: digestOf('2\n'), size: 2 },
  ]),
);

afterEach(removeWorkspaces);

describe('a dataset behind a .dvc file', () => {
  it.each([
    ['in the workspace', { 'datasets/raw/raw.csv': 'a,b\n' }],
    ['in the cache', below('.dvc/cache', cached('a,b\n'))],
    ['in a remote', { '.dvc/config': config('../storage'), ...below('storage', cached('a,b\n')) }],
    [
      'in a cache that config.local moves',
      { '.dvc/config.local': '[cache]\n    dir = ../shared\n', ...below('shared', cached('a,b\n')) },
    ],
  ])('is the sha256 of its file, with its bytes %s', async (where, files) => {
    const machine = newWorkspace();
    machine.write({ '.dvc/config': '', ...csv, ...files });
    expect(await dataOf(machine)).toBe(fileTree('raw.csv', 'a,b\n'));
    expect(machine.engine.take()).toEqual(['m:train:1']);
    expect(existsSync(join(machine.deps.root, 'datasets/raw/raw.csv'))).toBe(where === 'in the workspace');
  });

  it.each([
    ['in the workspace', { 'datasets/raw/images/a.txt': '1\n', 'datasets/raw/images/b/ü.txt': '2\n' }],
    [
      'in the cache',
      below('.dvc/cache', { ...cached('1\n', '2\n'), [`${objectName(md5(list))}.dir`]: list }),
    ],
    [
      'in a remote',
      {
        '.dvc/config': config('../storage'),
        ...below('storage', { ...cached('1\n', '2\n'), [`${objectName(md5(list))}.dir`]: list }),
      },
    ],
    [
      'in part here and there',
      {
        '.dvc/config': config('../storage'),
        'datasets/raw/images/a.txt': '1\n',
        'datasets/raw/images/b/ü.txt': '2\n',
        ...below('storage', { [`${objectName(md5(list))}.dir`]: list }),
      },
    ],
  ])('of a folder is its tree, with its bytes %s', async (_, files) => {
    const machine = newWorkspace();
    machine.write({ '.dvc/config': '', ...images, ...files });
    expect(await dataOf(machine)).toBe(imagesTree);
  });

  it('of DVC 2 has its bytes in the older layout, with whatever line ends', async () => {
    const machine = newWorkspace();
    const sum = md5('a\nb\n');
    machine.write({
      ...datasetOf('pointer: raw.csv.dvc'),
      'datasets/raw/raw.csv.dvc': out(sum, 'raw.csv', ''),
      '.dvc/config': config('../storage'),
      [`storage/${sum.slice(0, 2)}/${sum.slice(2)}`]: 'a\r\nb\r\n',
    });
    expect(await dataOf(machine)).toBe(fileTree('raw.csv', 'a\r\nb\r\n'));
  });

  it('cannot be planned before anybody saw its bytes, and says how to bring them', async () => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': config('../storage') });
    const before = await plannedOf(machine);
    expect(before.map(({ state }) => state)).toEqual(['run', 'waits']);
    expect(before[0]?.unseen?.message).toContain('datasets/raw/raw.csv (md5 ');
    expect(before[0]?.unseen?.fix).toContain('dvc pull datasets/raw/raw.csv.dvc');
    expect(readdirSync(join(machine.deps.root, 'datasets/raw'))).toEqual(['ml.yaml', 'raw.csv.dvc']);
    machine.write(below('storage', cached('a,b\n')));
    await dataOf(machine);
    const after = await plannedOf(machine);
    expect(after.map(({ state, unseen }) => [state, unseen])).toEqual([
      ['current', undefined],
      ['current', undefined],
    ]);
  });

  it('is brought for a model whose own data step Nx has spared', async () => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': config('../storage'), ...below('storage', cached('a,b\n')) });
    const { 'm:train': train } = await run(machine, [task('m', 'train')]);
    expect(train?.state).toBe('executed');
  });

  it('is remembered: neither its bytes nor its remote are needed again', async () => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': config('../storage'), ...below('storage', cached('a,b\n')) });
    await dataOf(machine);
    rmSync(join(machine.deps.root, 'storage'), { recursive: true });
    expect(await dataOf(machine)).toBe(fileTree('raw.csv', 'a,b\n'));
    expect(machine.engine.take()).toEqual(['m:train:1']);
  });

  it('that comes to name other bytes trains again', async () => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': '', 'datasets/raw/raw.csv': 'a,b\n' });
    await dataOf(machine);
    machine.write({
      'datasets/raw/raw.csv.dvc': out(md5('c,d\n'), 'raw.csv'),
      'datasets/raw/raw.csv': 'c,d\n',
    });
    expect(await dataOf(machine)).toBe(fileTree('raw.csv', 'c,d\n'));
    expect(machine.engine.take()).toEqual(['m:train:1', 'm:train:1']);
  });

  it('with an edit in the workspace is drift, also where the cache has what it names', async () => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': '', ...below('.dvc/cache', cached('a,b\n')) });
    machine.write({ 'datasets/raw/raw.csv': 'edit' });
    await expect(dataOf(machine)).rejects.toEqual(
      failed('ERR_ML_DATA_DRIFT', 'raw.csv differs from .*raw.csv.dvc'),
    );
    expect(machine.engine.take()).toEqual([]);
  });

  it('is never taken from a cache or remote that holds other bytes under its name', async () => {
    const machine = newWorkspace();
    const forged = { [objectName(md5('a,b\n'))]: 'evil' };
    machine.write({
      ...csv,
      '.dvc/config': config('../storage'),
      ...below('.dvc/cache', forged),
      ...below('storage', forged),
    });
    await expect(dataOf(machine)).rejects.toEqual(failed('ERR_ML_DATA_MISSING', 'neither in the workspace'));
  });

  it('whose memory says another sha256 is refused, whatever its md5 says', async () => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': '', 'datasets/raw/raw.csv': 'a,b\n' });
    await dataOf(machine);
    const { foreign } = machine.deps;
    const ref = {
      tool: 'dvc',
      file: 'x.dvc',
      path: 'd/raw.csv',
      sum: { kind: 'md5', hex: md5('a,b\n') },
      isFolder: false,
    } as const;
    const other = { kind: 'tree', digest: digestOf('a collision'), size: 4, files: 1 } as const;
    await expect(foreign.remember(ref, other)).rejects.toEqual(
      failed('ERR_ML_FOREIGN_DAMAGED', 'other bytes than when it was first seen'),
    );
    expect((await foreign.recall(ref))?.digest).toBe(fileTree('raw.csv', 'a,b\n'));
  });

  it.each([
    ['gs://bucket/x', 'gs:// remotes are read by DVC alone'],
    ['s3://bucket/x', 's3:// remotes cannot be read here'],
  ])('with its bytes in %s names dvc pull', async (url, reason) => {
    const machine = newWorkspace();
    machine.write({ ...csv, '.dvc/config': config(url) });
    await expect(dataOf(machine)).rejects.toEqual(failed('ERR_ML_DATA_MISSING', reason));
  });

  it.each(['raw.csv.dvc', 'raw.csv.ref.json'])(
    'whose pointer %s is the data itself is refused',
    async (name) => {
      const machine = newWorkspace();
      machine.write({ ...datasetOf(`pointer: ${name}`), [`datasets/raw/${name}`]: '' });
      truncateSync(join(machine.deps.root, 'datasets/raw', name), 20_000_000); // Sparse: it takes no room on disk.
      await expect(dataOf(machine)).rejects.toEqual(failed('ERR_ML_POINTER_INVALID', 'has 20000000 bytes'));
    },
  );

  it('that keeps several files, or leaves the workspace, is refused', async () => {
    const machine = newWorkspace();
    const two = `${out(md5('1'), 'a')}- md5: ${md5('2')}\n  hash: md5\n  path: b\n`;
    machine.write({ ...csv, 'datasets/raw/raw.csv.dvc': two });
    await expect(dataOf(machine)).rejects.toEqual(failed('ERR_ML_DVC_INVALID', 'keeps 2 files or folders'));
    machine.write({ 'datasets/raw/raw.csv.dvc': out(md5('1'), '../../../etc/passwd') });
    await expect(dataOf(machine)).rejects.toEqual(failed('ERR_ML_PATH_UNSAFE', 'leaves the workspace'));
  });
});
