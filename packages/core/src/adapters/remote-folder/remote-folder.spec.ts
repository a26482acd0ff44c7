import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeBlobs } from '../../remote/blobs.contract.js';
import { describeServedBlobs } from '../../remote/served-blobs.contract.js';
import type { ServedBlobsRig } from '../../remote/served-blobs.contract.js';
import { bytesSource, RemoteJournal } from '../../remote/index.js';
import type { BlobSource } from '../../remote/index.js';
import { nodeFolderCalls } from './folder-calls.js';
import type { FolderCalls } from './folder-calls.js';
import { FolderBlobs } from './index.js';

const fresh = (): string => fs.mkdtempSync(join(tmpdir(), 'nx-ml-remote-'));

const openRig = (): Promise<ServedBlobsRig> => {
  const root = fresh();
  return Promise.resolve({
    blobs: new FolderBlobs(root),
    again: new FolderBlobs(root),
    close: () => {
      expect(fs.existsSync(join(root, 'tmp')) ? fs.readdirSync(join(root, 'tmp')) : []).toEqual([]);
      fs.rmSync(root, { recursive: true });
    },
  });
};

describeBlobs('FolderBlobs', openRig);
describeServedBlobs('FolderBlobs', openRig);

describe('A remote in a folder', () => {
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

  it('is not made where its folder is not there, nor taken for an empty one', async () => {
    const blobs = new FolderBlobs(join(root, 'unmounted'));
    const refused = code('ERR_ML_REMOTE_REFUSED');
    await expect(names(blobs)).rejects.toEqual(refused);
    await expect(blobs.size('a')).rejects.toEqual(refused);
    await expect(blobs.read('a')).rejects.toEqual(refused);
    await expect(blobs.write('a', bytesSource(Buffer.from('x')))).rejects.toEqual(refused);
    await expect(blobs.create('a', Buffer.from('x'))).rejects.toEqual(refused);
    expect(fs.readdirSync(root)).toEqual([]);
  });

  it('passes over links, pipes and names that are not its own', async () => {
    fs.writeFileSync(join(root, 'README.md'), 'x');
    fs.mkdirSync(join(root, 'a b'));
    fs.symlinkSync('/etc', join(root, 'etc'));
    fs.symlinkSync('/etc/hostname', join(root, 'link'));
    const blobs = new FolderBlobs(root);
    await blobs.write('real', bytesSource(Buffer.from('x')));
    expect([await names(blobs), await blobs.size('link'), await blobs.read('link')]).toEqual([
      ['real'],
      undefined,
      undefined,
    ]);
  });

  it('opens no link and no pipe, and what it opened stays while its name goes', async () => {
    fs.symlinkSync('/etc/hostname', join(root, 'link'));
    fs.mkdirSync(join(root, 'folder'));
    const blobs = new FolderBlobs(root);
    expect([await blobs.open('link'), await blobs.open('folder')]).toEqual([undefined, undefined]);
    await blobs.createFrom('blob', bytesSource(Buffer.from('hello')));
    const opened = await blobs.open('blob');
    await blobs.remove('blob');
    const pieces: string[] = [];
    for await (const piece of opened?.pieces(0, 5) ?? []) pieces.push(String(piece));
    expect(pieces).toEqual(['hello']);
    await opened?.close();
  });

  it('has another version for a file that was touched', async () => {
    const blobs = new FolderBlobs(root);
    const version = async (): Promise<string | undefined> => {
      const opened = await blobs.open('blob');
      await opened?.close();
      return opened?.version;
    };
    await blobs.createFrom('blob', bytesSource(Buffer.from('hello')));
    const before = await version();
    expect([await version(), typeof before]).toEqual([before, 'string']);
    fs.chmodSync(join(root, 'blob'), 0o600);
    fs.writeFileSync(join(root, 'blob'), 'jello');
    expect(await version()).not.toBe(before);
  });

  it('tells that a file became shorter while it was read', async () => {
    const blobs = new FolderBlobs(root);
    await blobs.createFrom('blob', bytesSource(Buffer.alloc(2_000_000)));
    const opened = await blobs.open('blob');
    fs.chmodSync(join(root, 'blob'), 0o600);
    fs.truncateSync(join(root, 'blob'), 600_000);
    const reading = async (): Promise<void> => {
      for await (const piece of opened?.pieces(0, 2_000_000) ?? []) expect(piece.length).toBeGreaterThan(0);
    };
    await expect(reading()).rejects.toEqual(code('ERR_ML_REMOTE_UNAVAILABLE'));
    await opened?.close();
  });

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

  describe('given a file to spare', () => {
    let elsewhere: string;
    let spare: string;
    beforeEach(() => {
      elsewhere = fresh();
      spare = join(elsewhere, 'received');
      fs.writeFileSync(spare, 'spared', { mode: 0o600 });
    });
    afterEach(() => {
      fs.rmSync(elsewhere, { recursive: true });
    });
    const text = (): string => fs.readFileSync(join(root, 'a/w'), 'utf8');
    const source = (bytes = 'spared') => ({ ...bytesSource(Buffer.from(bytes)), spare });

    it('moves it, and makes it read-only', async () => {
      const { ino } = fs.statSync(spare);
      let told = 0;
      await new FolderBlobs(root).write('a/w', source(), { onBytes: (count) => (told += count) });
      const { ino: there, mode } = fs.statSync(join(root, 'a/w'));
      expect([text(), there, mode & 0o222, told]).toEqual(['spared', ino, 0, 6]);
      expect(fs.existsSync(spare)).toBe(false);
    });

    it('reads the source where the file has another size', async () => {
      await new FolderBlobs(root).write('a/w', source('what it should be'));
      expect([text(), fs.readFileSync(spare, 'utf8')]).toEqual(['what it should be', 'spared']);
    });

    it('copies it to another file system', async () => {
      const rename = async (from: string, to: string): Promise<void> => {
        if (from === spare) throw systemError('EXDEV', 'rename');
        await nodeFolderCalls.rename(from, to);
      };
      await new FolderBlobs(root, { ...nodeFolderCalls, rename }).write('a/w', source());
      expect([text(), fs.readFileSync(spare, 'utf8')]).toEqual(['spared', 'spared']);
    });

    it('has it at one place or the other, whole, whichever call fails', async () => {
      const counted = { calls: 0 };
      await new FolderBlobs(root, failAt(-1, 'EIO', counted)).write('a/w', source());
      expect(counted.calls).toBeGreaterThan(8);
      for (let failing = 0; failing < counted.calls; failing += 1) {
        fs.rmSync(join(root, 'a'), { recursive: true, force: true });
        fs.writeFileSync(spare, 'spared');
        await new FolderBlobs(root, failAt(failing, 'EIO')).write('a/w', source()).catch((error: unknown) => {
          expect(error).toEqual(code('ERR_ML_REMOTE_UNAVAILABLE'));
        });
        const where = [spare, join(root, 'a/w')].filter((path) => fs.existsSync(path));
        expect(where.map((path) => fs.readFileSync(path, 'utf8'))).toEqual(['spared']);
      }
    });
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

  it('passes over what a deleted file is called that somebody has open', async () => {
    const blobs = new FolderBlobs(root);
    const journal = new RemoteJournal(blobs);
    await journal.append('log', 0, {});
    fs.writeFileSync(join(root, 'journals/log/.nfs000000000123456700000001'), 'deleted');
    expect(await names(blobs)).toEqual(['journals/log/00000000.json']);
    expect(await journal.read('log')).toHaveLength(1);
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
});

async function use(blobs: FolderBlobs): Promise<void> {
  await blobs.write('a/w', bytesSource(Buffer.from('written')));
  await blobs.create('b/c', Buffer.from('created'));
}

/** So that something is left to write when the first sync begins. */
async function* partsOf(source: BlobSource): AsyncIterable<Uint8Array> {
  for await (const bytes of source.read(0, source.size))
    for (let at = 0; at < bytes.length; at += 8_000_000) yield bytes.subarray(at, at + 8_000_000);
}

function systemError(errno: string, syscall: string): Error {
  return Object.assign(new Error(`${errno}: injected`), { code: errno, errno: -1, syscall });
}

/** The calls, the n-th of which fails; all are counted. */
function failAt(failing: number, errno: string, counted = { calls: 0 }): FolderCalls {
  const entries = Object.entries(nodeFolderCalls) as [string, (...args: unknown[]) => Promise<unknown>][];
  const watched = entries.map(([name, call]) => [
    name,
    (...args: unknown[]): Promise<unknown> => {
      counted.calls += 1;
      // What a file handle holds must be let go even where closing is made to fail.
      if (counted.calls - 1 !== failing || name === 'close') return call(...args);
      return Promise.reject(systemError(errno, name));
    },
  ]);
  return Object.fromEntries(watched) as FolderCalls;
}

async function numberOfCalls(root: string): Promise<number> {
  const counted = { calls: 0 };
  await use(new FolderBlobs(root, failAt(-1, 'EIO', counted)));
  expect(counted.calls).toBeGreaterThan(15);
  return counted.calls;
}
