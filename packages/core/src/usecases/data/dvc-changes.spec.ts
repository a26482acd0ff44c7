import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { LocalDvcCache } from '../../adapters/foreign-fs/index.js';
import { dvcFileText, folderObjectText, readDvcRef } from '../../interop/dvc/index.js';
import { digestOf } from '../../kernel/index.js';
import { dataDiff } from './data-diff.js';
import { dataLog } from './data-log.js';
import { dataStatus } from './data-status.js';
import { DataFolder } from './testing/data-folder.js';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('data behind .dvc files', () => {
  let folder: DataFolder;

  const status = async (path: string) => (await dataStatus([`${path}.dvc`], folder.deps()))[0];
  /** As dvc add does. @returns the text of the .dvc file */
  const dvcAdd = async (path: string) => {
    const { md5: sum, size, entries, isFolder } = await new LocalDvcCache(folder.root).put(path);
    const files = isFolder ? entries.length : undefined;
    const text = dvcFileText({ md5: sum, size, files, name: path });
    folder.write({ [`${path}.dvc`]: text });
    return text;
  };
  /** Brings it into our store, as a run does. */
  const bring = async (text: string, path: string) =>
    folder.trees().bring(readDvcRef(text, `${path}.dvc`), { staging: join(folder.root, '.staging') });

  beforeEach(async () => {
    folder = new DataFolder({ grace: -60_000 });
    folder.write({
      '.dvc/config': '',
      'd/a.csv': 'id,x\n1,a\n',
      'd/keep': 'k',
      'd/moves': 'some bytes',
      'raw.csv': 'id\n1\n',
    });
    await dvcAdd('d');
    await dvcAdd('raw.csv');
  });
  afterEach(() => {
    folder.dispose();
  });

  it('is unchanged, and is read once', async () => {
    for (let look = 0; look < 3; look += 1) {
      expect(await status('d')).toMatchObject({
        path: 'd',
        state: 'unchanged',
        notStored: 0,
        ref: {
          kind: 'tree',
          digest: `md5:${readDvcRef(await dvcAdd('d'), 'd.dvc').sum.hex}`,
          files: 3,
          size: 20,
        },
      });
      expect(await status('raw.csv')).toMatchObject({ state: 'unchanged', ref: { kind: 'file', size: 5 } });
    }
    expect([folder.read, folder.summed]).toEqual([4, 4]);
  });

  it('needs no MD5 sum where the store has seen the bytes', async () => {
    await bring(await dvcAdd('d'), 'd');
    await bring(await dvcAdd('raw.csv'), 'raw.csv');
    expect(await status('d')).toMatchObject({ state: 'unchanged' });
    expect(await status('raw.csv')).toMatchObject({ state: 'unchanged' });
    expect(folder.summed).toBe(0);
  });

  it.each(['only DVC has it', 'the store has it, and DVC no longer'])(
    'names files added, removed, renamed and changed, and counts rows, where %s',
    async (where) => {
      if (where.startsWith('the store')) {
        await bring(await dvcAdd('d'), 'd');
        folder.remove('.dvc/cache');
      }
      folder.write({ 'd/a.csv': 'id,x\n1,a\n2,b\n', 'd/new': '', 'd/moved/there': 'some bytes' });
      folder.remove('d/moves');
      folder.remove('d/keep');
      expect(await status('d')).toMatchObject({
        state: 'changed',
        notStored: 0,
        now: { files: 3 },
        changes: [
          { path: 'a.csv', change: 'edited', rows: { added: 1, removed: 0, changed: 0 }, size: [9, 13] },
          { path: 'moved/there', change: 'renamed', from: 'moves', size: [10, 10] },
          { path: 'new', change: 'added' },
          { path: 'keep', change: 'removed', size: [1, 0] },
        ],
      });
    },
  );

  it('reads only what changed of a folder that changed', async () => {
    await status('d');
    folder.write({ 'd/keep': 'K' });
    await status('d');
    await status('d');
    expect([folder.read, folder.summed]).toEqual([4, 4]);
  });

  it('tells what is not here, and what neither DVC nor the store has', async () => {
    folder.remove('d');
    expect(await status('d')).toMatchObject({ state: 'absent', notStored: 0, ref: { size: 20, files: 3 } });
    folder.remove(`.dvc/cache/files/md5/${md5('k').slice(0, 2)}`);
    expect(await status('d')).toMatchObject({ state: 'absent', notStored: 1 });
    folder.remove('.dvc/cache');
    expect(await status('d')).toMatchObject({ state: 'absent', notStored: 3 });
    expect(await status('raw.csv')).toMatchObject({ state: 'unchanged', notStored: 1 });
  });

  it('tells files that were never brought from files that somebody removed', async () => {
    folder.remove('d/keep');
    expect(await status('d')).toMatchObject({ state: 'changed' });
    folder.remove(`.dvc/cache/files/md5/${md5('k').slice(0, 2)}`);
    expect(await status('d')).toMatchObject({ state: 'partial', notStored: 1 });
  });

  it('is as DVC 2 named it: a text by its line ends as \\n, any other file by its bytes', async () => {
    const list = folderObjectText([
      { path: 'bin', md5: md5('\0\r\n') },
      { path: 'text', md5: md5('a\nb\n') },
    ]);
    folder.write({
      'old/bin': '\0\r\n',
      'old/text': 'a\r\nb\r\n',
      'old.dvc': `outs:\n- md5: ${md5(list)}.dir\n  path: old\n`,
    });
    expect(await status('old')).toMatchObject({ state: 'unchanged', ref: { files: 2 } });
    folder.write({ 'old/text': 'a\nB\n' });
    expect(await status('old')).toMatchObject({ state: 'changed', changes: undefined });
  });

  it('is what the store saw first under that MD5 sum, which two contents could share', async () => {
    const ref = readDvcRef(await dvcAdd('d'), 'd.dvc');
    await folder.trees().remember(ref, { kind: 'tree', digest: digestOf('another list'), size: 5, files: 1 });
    expect(await status('d')).toMatchObject({ state: 'changed' });
  });

  it('tells a .dvc file that cannot be read, and goes on', async () => {
    folder.write({ 'bad.dvc': 'outs: []\n', 'up.dvc': `outs:\n- md5: ${md5('x')}\n  path: ../../x\n` });
    const all = await dataStatus(['bad.dvc', 'up.dvc', 'gone.dvc', 'd.dvc'], folder.deps());
    expect(all).toMatchObject([
      { path: 'bad', state: 'broken', error: { code: 'ERR_ML_DVC_INVALID' } },
      { path: 'up', state: 'broken', error: { code: 'ERR_ML_PATH_UNSAFE' } },
      { path: 'd', state: 'unchanged' },
    ]);
  });

  describe('between commits', () => {
    const version = (text: string) => new Map([['d.dvc', text]]);

    it.each(['in DVC’s cache', 'in the store'])('is compared by the lists %s', async (where) => {
      const isStored = where === 'in the store';
      const before = await dvcAdd('d');
      if (isStored) await bring(before, 'd');
      folder.write({ 'd/new': 'x', 'd/a.csv': 'id,x\n' });
      const after = await dvcAdd('d');
      if (isStored) await bring(after, 'd');
      if (isStored) folder.remove('.dvc/cache');
      const expected = [
        { path: 'a.csv', change: 'edited', rows: { added: 0, removed: 1 } },
        { path: 'new', change: 'added', size: [0, 1] },
      ];
      expect(await dataDiff(version(before), version(after), folder.deps())).toMatchObject([
        { pointer: 'd.dvc', path: 'd', before: { files: 3 }, after: { files: 4 }, changes: expected },
      ]);
      expect(await dataDiff(version(before), { workspace: ['d.dvc'] }, folder.deps())).toMatchObject([
        { path: 'd', changes: expected },
      ]);
      expect(await dataDiff(version(after), { workspace: ['d.dvc'] }, folder.deps())).toEqual([]);
      const edits = [{ pointer: 'd.dvc', before, after }];
      const commit = { commit: 'c', at: '2026-01-01T00:00:00Z', author: 'A. Spec', subject: 'Data', edits };
      const history = { log: () => Promise.resolve([commit]) };
      expect(await dataLog([], { ...folder.deps(), history: history as never })).toMatchObject([
        { edits: [{ path: 'd', files: { added: 1, removed: 0, edited: 1, renamed: 0 } }] },
      ]);
    });

    it('differs, and says no more, where the lists are gone', async () => {
      const before = await dvcAdd('d');
      folder.write({ 'd/new': 'x' });
      const after = await dvcAdd('d');
      folder.remove('.dvc/cache');
      expect(await dataDiff(version(before), version(after), folder.deps())).toMatchObject([
        { path: 'd', before: { size: 20 }, after: { size: 21 }, changes: undefined },
      ]);
    });
  });

  it('forgets sums that were damaged on disk', async () => {
    await status('d');
    const [name = ''] = readdirSync(join(folder.root, '.sums'));
    folder.write({ [`.sums/${name}`]: 'nxmlmd51 and nonsense' });
    expect(await status('d')).toMatchObject({ state: 'unchanged' });
    expect(folder.summed).toBe(6);
  });
});
