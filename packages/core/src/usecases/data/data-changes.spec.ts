import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import type { PointerHistory } from '../../data/index.js';
import { encodePointer } from '../../documents/index.js';
import { digestOf } from '../../kernel/index.js';
import { dataDiff } from './data-diff.js';
import { dataLog } from './data-log.js';
import { dataStatus } from './data-status.js';
import type { DataStatus } from './data-status.js';
import { DataFolder } from './testing/data-folder.js';

describe('what changed of data', () => {
  let folder: DataFolder;

  /** Puts data into the store and writes its pointer. */
  const add = async (path: string) => {
    const text = encodePointer(await folder.objects.put(join(folder.root, path)));
    folder.write({ [`${path}.ref.json`]: text });
    return text;
  };
  const status = async (...pointers: readonly string[]) => dataStatus(pointers, folder.deps());
  const statusOf = async (path: string): Promise<DataStatus | undefined> =>
    (await status(`${path}.ref.json`))[0];

  beforeEach(async () => {
    folder = new DataFolder();
    folder.write({
      'd/a.csv': 'id,x\n1,a\n2,b\n',
      'd/keep': 'k',
      'd/moves': 'some bytes',
      'mails.jsonl': '{"a":1}\n',
    });
    await add('d');
    await add('mails.jsonl');
  });
  afterEach(() => {
    folder.dispose();
  });

  describe('dataStatus', () => {
    it('says that nothing changed', async () => {
      expect(await status('d.ref.json', 'mails.jsonl.ref.json')).toMatchObject([
        { path: 'd', state: 'unchanged', notStored: 0, ref: { kind: 'tree', files: 3 } },
        { path: 'mails.jsonl', state: 'unchanged', notStored: 0, ref: { kind: 'file' } },
      ]);
    });

    it('names files added, removed, renamed and changed, and counts rows', async () => {
      folder.write({ 'd/a.csv': 'id,x\n1,a\n2,B\n3,c\n', 'd/new': '', 'd/moved/there': 'some bytes' });
      folder.remove('d/moves');
      folder.remove('d/keep');
      expect(await statusOf('d')).toMatchObject({
        state: 'changed',
        now: { files: 3 },
        changes: [
          { path: 'a.csv', change: 'edited', rows: { added: 1, removed: 0, changed: 1 }, size: [13, 17] },
          { path: 'moved/there', change: 'renamed', from: 'moves', size: [10, 10] },
          { path: 'new', change: 'added' },
          { path: 'keep', change: 'removed', size: [1, 0] },
        ],
      });
    });

    it('counts the rows of a single file', async () => {
      folder.write({ 'mails.jsonl': '{"a":1}\n{"a":2}\n' });
      expect(await statusOf('mails.jsonl')).toMatchObject({
        state: 'changed',
        changes: [{ path: 'mails.jsonl', change: 'edited', rows: { added: 1, removed: 0 } }],
      });
    });

    it('says what is not here, and what the store lacks', async () => {
      folder.remove('d');
      expect(await statusOf('d')).toMatchObject({ state: 'absent', notStored: 0 });
      folder.objects.bytes.delete(digestOf('k'));
      expect(await statusOf('d')).toMatchObject({ state: 'absent', notStored: 1 });
      folder.objects.bytes.clear();
      expect(await statusOf('d')).toMatchObject({ state: 'absent', notStored: 3 });
      expect(await statusOf('mails.jsonl')).toMatchObject({ state: 'unchanged', notStored: 1 });
    });

    it('tells files that were never brought from files that somebody removed', async () => {
      folder.remove('d/keep');
      expect(await statusOf('d')).toMatchObject({ state: 'changed', notStored: 0 });
      folder.objects.bytes.delete(digestOf('k'));
      expect(await statusOf('d')).toMatchObject({ state: 'partial', notStored: 1, now: { files: 2 } });
      folder.write({ 'd/new': 'n' });
      expect(await statusOf('d')).toMatchObject({ state: 'changed', notStored: 1 });
      folder.remove('d/new');
      folder.remove('d/moves');
      expect(await statusOf('d')).toMatchObject({ state: 'changed', notStored: 1 });
    });

    it('knows no more than that it differs where the store has lost what it was', async () => {
      folder.objects.bytes.clear();
      folder.write({ 'd/new': '' });
      expect(await statusOf('d')).toMatchObject({ state: 'changed', changes: undefined, notStored: 3 });
    });

    it('tells what cannot be read, and goes on', async () => {
      folder.write({
        'bad.ref.json': '{',
        'links.ref.json': encodePointer(await folder.objects.putTree(join(folder.root, 'd'))),
      });
      mkdirSync(join(folder.root, 'links'));
      symlinkSync('../d', join(folder.root, 'links/x'));
      expect(await status('bad.ref.json', 'links.ref.json', 'gone.ref.json', 'd.ref.json')).toMatchObject([
        { path: 'bad', state: 'broken', error: { code: 'ERR_ML_POINTER_INVALID' } },
        { path: 'links', state: 'broken', error: { code: 'ERR_ML_PATH_UNSAFE' } },
        { path: 'd', state: 'unchanged' },
      ]);
    });

    it('sees a file where the pointer names a folder', async () => {
      folder.remove('d');
      folder.write({ d: 'a file' });
      expect(await statusOf('d')).toMatchObject({ state: 'changed', now: { kind: 'file' } });
    });
  });

  describe('dataDiff', () => {
    const version = (texts: Readonly<Record<string, string>>) => new Map(Object.entries(texts));

    it('compares two commits, and leaves out what is the same', async () => {
      const before = await add('d');
      folder.write({ 'd/new': 'x' });
      const after = await add('d');
      const diffs = await dataDiff(
        version({ 'd.ref.json': before, 'same.ref.json': before, 'old.ref.json': before }),
        version({ 'd.ref.json': after, 'same.ref.json': before, 'new.ref.json': after }),
        folder.deps(),
      );
      expect(diffs).toMatchObject([
        { path: 'd', changes: [{ path: 'new', change: 'added', size: [0, 1] }] },
        { path: 'new', before: undefined, after: { files: 4 }, changes: undefined },
        { path: 'old', before: { files: 3 }, after: undefined, changes: undefined },
      ]);
    });

    it('takes of the workspace the data itself, and the pointer where that is not here', async () => {
      const before = version({
        'd.ref.json': await add('d'),
        'mails.jsonl.ref.json': await add('mails.jsonl'),
      });
      const after = { workspace: ['d.ref.json', 'mails.jsonl.ref.json'] };
      expect(await dataDiff(before, after, folder.deps())).toEqual([]);
      folder.write({ 'd/new': 'x' });
      folder.remove('mails.jsonl');
      expect(await dataDiff(before, after, folder.deps())).toMatchObject([
        { path: 'd', changes: [{ path: 'new', change: 'added' }] },
      ]);
    });

    it('tells a broken pointer by its name', async () => {
      const diffs = await dataDiff(version({ 'd.ref.json': '<<<<<<< ' }), { workspace: [] }, folder.deps());
      expect(diffs).toMatchObject([{ path: 'd', error: { code: 'ERR_ML_POINTER_INVALID' } }]);
    });
  });

  describe('dataLog', () => {
    const history = (edits: readonly (readonly [string | undefined, string | undefined])[]) =>
      ({
        log: () =>
          Promise.resolve(
            edits.map(([before, after], index) => ({
              commit: String(index),
              at: '2026-01-01T00:00:00+01:00',
              author: 'A. Spec',
              subject: 'Data',
              edits: [{ pointer: 'd.ref.json', before, after }],
            })),
          ),
      }) as unknown as PointerHistory;
    const log = async (...edits: readonly (readonly [string | undefined, string | undefined])[]) =>
      (await dataLog([], { ...folder.deps(), history: history(edits) })).map(({ edits: [edit] }) => edit);

    it('counts files where both sides are in the store', async () => {
      const first = await add('d');
      folder.write({ 'd/new': 'x', 'd/a.csv': '' });
      folder.remove('d/keep');
      const second = await add('d');
      expect(await log([first, second], [undefined, first], [second, undefined])).toMatchObject([
        {
          path: 'd',
          before: { files: 3 },
          after: { files: 3 },
          files: { added: 1, removed: 1, edited: 1, renamed: 0 },
        },
        { before: undefined, after: { files: 3 }, files: undefined },
        { before: { files: 3 }, after: undefined, files: undefined },
      ]);
      folder.objects.bytes.clear();
      expect(await log([first, second])).toMatchObject([{ after: { files: 3 }, files: undefined }]);
    });

    it('passes over texts that were no pointers', async () => {
      const first = await add('d');
      expect(await log([first, '<<<<<<<'])).toMatchObject([{ before: { files: 3 }, after: undefined }]);
    });
  });
});
