import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bytesSource, RemoteJournal } from '../../remote/index.js';
import type { BlobSource } from '../../remote/index.js';
import { nodeFolderCalls } from './folder-calls.js';
import type { FolderCalls } from './folder-calls.js';
import { FolderBlobs } from './index.js';
import { failAt, numberOfCalls, systemError, use } from './testing/failing-calls.js';

const fresh = (): string => fs.mkdtempSync(join(tmpdir(), 'nx-ml-remote-'));

describe('A remote in a folder whose calls fail or lie', () => {
  let root: string;
  beforeEach(() => {
    root = fresh();
  });
  afterEach(() => {
    fs.rmSync(root, { recursive: true, force: true });
  });
  const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });
  const names = async (blobs: FolderBlobs): Promise<string[]> => {
    const found: string[] = [];
    for await (const { name } of blobs.list('')) found.push(name);
    return found.sort();
  };

  it.each([
    ['rename', 'ENOENT'],
    ['link', 'EEXIST'],
    ['unlink', 'ENOENT'],
  ] as const)('knows its own success when the reply to a %s was lost', async (name, errno) => {
    let lost = 0;
    const calls: FolderCalls = {
      ...nodeFolderCalls,
      [name]: async (...args: [string, string]) => {
        await nodeFolderCalls[name](...args);
        lost += 1;
        throw systemError(errno, name);
      },
    };
    const blobs = new FolderBlobs(root, calls);
    await blobs.write('a/w', bytesSource(Buffer.from('old')));
    await use(blobs);
    expect(await blobs.create('b/c', Buffer.from('other'))).toBe(false);
    await blobs.write('gone', bytesSource(Buffer.from('x')));
    await blobs.remove('gone');
    expect([lost > 0, await names(blobs), fs.readdirSync(join(root, 'tmp'))]).toEqual([
      true,
      ['a/w', 'b/c'],
      [],
    ]);
    expect(fs.readFileSync(join(root, 'a/w'), 'utf8')).toBe('written');
  });

  it('does not take a reply for lost where the staged file is gone, and an old blob stands there', async () => {
    await use(new FolderBlobs(root));
    const calls: FolderCalls = {
      ...nodeFolderCalls,
      rename: async (from, to) => {
        fs.rmSync(from);
        await nodeFolderCalls.rename(from, to);
      },
    };
    const writing = new FolderBlobs(root, calls).write('a/w', bytesSource(Buffer.from('new')));
    await expect(writing).rejects.toEqual(code('ERR_ML_REMOTE_REFUSED'));
    expect(fs.readFileSync(join(root, 'a/w'), 'utf8')).toBe('written');
  });

  it('asks again where a handle went stale, whichever it was', async () => {
    const made = await numberOfCalls(root);
    expect(made).toBeGreaterThan(15);
    for (let stale = 0; stale < made; stale += 1) {
      const folder = fresh();
      const blobs = new FolderBlobs(folder, failAt(stale, 'ESTALE'));
      const outcome = await use(blobs).then(
        () => 'done',
        (error: unknown) => (error as { code?: string }).code,
      );
      // An open file stays stale; then the write as a whole is for the caller to repeat.
      expect(['done', 'ERR_ML_REMOTE_UNAVAILABLE']).toContain(outcome);
      await use(new FolderBlobs(folder));
      expect(await names(new FolderBlobs(folder))).toEqual(['a/w', 'b/c']);
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('lists a journal again in which an entry came while the list was made, before it says that one is missing', async () => {
    const journal = new RemoteJournal(new FolderBlobs(root));
    for (let entry = 0; entry < 4; entry += 1) await journal.append('log', entry, { entry });
    let old = 1;
    const calls: FolderCalls = {
      ...nodeFolderCalls,
      list: async (folder) => {
        const all = await nodeFolderCalls.list(folder);
        if (!folder.endsWith('/log/') || old === 0) return all;
        old -= 1;
        return all.filter(({ name }) => name !== '00000002.json');
      },
    };
    const listing = new RemoteJournal(new FolderBlobs(root, calls));
    expect(await listing.read('log')).toHaveLength(4);
    expect(old).toBe(0);
    fs.rmSync(join(root, 'journals/log/00000002.json'));
    await expect(listing.read('log')).rejects.toEqual(code('ERR_ML_JOURNAL_BROKEN'));
  });

  it('tells each failing call of a write or create as a failure of the remote, and leaves no name', async () => {
    for (const [errno, expected] of [
      ['ENOSPC', 'ERR_ML_REMOTE_UNAVAILABLE'],
      ['EIO', 'ERR_ML_REMOTE_UNAVAILABLE'],
      ['EACCES', 'ERR_ML_REMOTE_REFUSED'],
    ] as const) {
      const made = await numberOfCalls(root);
      for (let failing = 0; failing < made; failing += 1) {
        const folder = fresh();
        const outcome = await use(new FolderBlobs(folder, failAt(failing, errno))).then(
          () => 'done',
          (error: unknown) => (error as { code?: string }).code,
        );
        const left = await names(new FolderBlobs(folder));
        // A failed sync of the folder comes after the name, which may then stay; a failed clean-up harms nobody.
        if (outcome !== 'done') expect(outcome).toBe(expected);
        for (const name of left)
          expect(fs.readFileSync(join(folder, name), 'utf8')).toBe(name === 'a/w' ? 'written' : 'created');
        fs.rmSync(folder, { recursive: true });
      }
    }
  });

  it('stores nothing of a large blob when the disk lost some of it while more came', async () => {
    let syncs = 0;
    const sync: FolderCalls['sync'] = async (file) => {
      syncs += 1;
      if (syncs === 1) throw systemError('EIO', 'fsync');
      await nodeFolderCalls.sync(file);
    };
    const blobs = new FolderBlobs(root, { ...nodeFolderCalls, sync });
    const large = bytesSource(Buffer.alloc(65 * 1024 * 1024));
    const inParts = { ...large, read: () => partsOf(large) };
    await expect(blobs.createFrom('large', inParts)).rejects.toEqual(code('ERR_ML_REMOTE_UNAVAILABLE'));
    expect([await names(blobs), fs.readdirSync(join(root, 'tmp')), syncs]).toEqual([[], [], 1]);
  });
});

/** So that something is left to write when the first sync begins. */
async function* partsOf(source: BlobSource): AsyncIterable<Uint8Array> {
  for await (const bytes of source.read(0, source.size))
    for (let at = 0; at < bytes.length; at += 8_000_000) yield bytes.subarray(at, at + 8_000_000);
}
