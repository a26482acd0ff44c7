import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { bytesSource } from '../../remote/index.js';
import type { BlobSource } from '../../remote/index.js';
import { nodeFolderCalls } from './folder-calls.js';
import type { FolderCalls } from './folder-calls.js';
import { FolderBlobs } from './index.js';

const day = 24 * 60 * 60 * 1000;
const systemError = (code: string): Error =>
  Object.assign(new Error(`${code}: injected`), { code, errno: -1, syscall: 'injected' });

describe('What killed pushes leave in the tmp/ of a remote folder', () => {
  let root: string;
  let old: ReadonlySet<string>;
  beforeEach(() => {
    root = fs.mkdtempSync(join(tmpdir(), 'nx-ml-leftovers-'));
    old = new Set();
  });
  afterEach(() => {
    fs.rmSync(root, { recursive: true });
  });
  const tmp = (name = ''): string => join(root, 'tmp', name);
  const left = (): string[] => fs.readdirSync(tmp()).sort();
  const bytes = (): BlobSource => bytesSource(Buffer.from('bytes'));

  /** Those of a machine that dies before it can give the staged file its name, or remove it. */
  async function leave(): Promise<string> {
    const dead: FolderCalls = {
      ...nodeFolderCalls,
      list: (folder) => (folder === tmp() ? Promise.resolve([]) : nodeFolderCalls.list(folder)),
      rename: () => Promise.reject(systemError('EIO')),
      unlink: () => Promise.reject(systemError('EIO')),
    };
    const before = new Set(fs.existsSync(tmp()) ? left() : []);
    await expect(new FolderBlobs(root, dead).write('a/b', bytes())).rejects.toMatchObject({
      code: 'ERR_ML_REMOTE_UNAVAILABLE',
    });
    return left().find((name) => !before.has(name)) ?? 'none';
  }

  /** As it is when the clock of the folder has gone on by so much since what is `old` was written; no other clock is asked. */
  function after(time: number, calls: Partial<FolderCalls> = {}): FolderBlobs {
    const lstat = async (path: string): Promise<fs.BigIntStats> => {
      const stat = await nodeFolderCalls.lstat(path);
      if (old.has(basename(path))) return stat;
      const since = BigInt(time);
      return Object.assign(stat, { mtimeMs: stat.mtimeMs + since, ctimeMs: stat.ctimeMs + since });
    };
    return new FolderBlobs(root, { ...nodeFolderCalls, lstat, ...calls });
  }

  it('is removed by the next push, a week later by the clock of the folder', async () => {
    old = new Set([await leave(), await leave()]);
    await after(6 * day).write('a/b', bytes());
    expect(left()).toEqual([...old].sort());
    await after(7 * day + 60_000).write('a/b', bytes());
    expect([left(), fs.readFileSync(join(root, 'a/b'), 'utf8')]).toEqual([[], 'bytes']);
  });

  it('is removed by whoever creates an entry, too', async () => {
    old = new Set([await leave()]);
    expect(await after(8 * day).create('journals/log/00000000.json', Buffer.from('{}'))).toBe(true);
    expect(left()).toEqual([]);
  });

  it('stays as long as its time of writing or of change is young, whichever is later', async () => {
    const name = await leave();
    for (const young of ['mtimeMs', 'ctimeMs']) {
      const lstat = async (path: string): Promise<fs.BigIntStats> => {
        const stat = await nodeFolderCalls.lstat(path);
        const past = { [young === 'mtimeMs' ? 'ctimeMs' : 'mtimeMs']: 0n };
        return basename(path) === name ? Object.assign(stat, past) : stat;
      };
      await after(0, { lstat }).write('a/b', bytes());
      expect(left()).toEqual([name]);
    }
  });

  it('is nothing but what has a name of ours, and is a file', async () => {
    const name = await leave();
    const ours = `77-${'a'.repeat(24)}`;
    const others = [
      'README',
      `77-${'A'.repeat(24)}`,
      `77-${'a'.repeat(23)}`,
      '.nfs0000000000012345',
      `${ours}.bak`,
    ];
    for (const other of others) fs.writeFileSync(tmp(other), 'somebody’s own');
    fs.mkdirSync(tmp(`1${ours}`));
    fs.symlinkSync(tmp('README'), tmp(`2${ours}`));
    old = new Set(left());
    await after(8 * day).write('a/b', bytes());
    expect(left()).toEqual([...old].filter((one) => one !== name).sort());
  });

  it('is looked for once, and never while nothing is written', async () => {
    old = new Set([await leave()]);
    let lists = 0;
    const list = (folder: string): Promise<readonly fs.Dirent[]> => {
      lists += folder === tmp() ? 1 : 0;
      return nodeFolderCalls.list(folder);
    };
    const blobs = after(8 * day, { list });
    expect([await blobs.size('a/b'), await blobs.read('a/b'), lists, left()]).toEqual([
      undefined,
      undefined,
      0,
      [...old],
    ]);
    await Promise.all(['x', 'y', 'z'].map((name) => blobs.write(name, bytes())));
    expect([lists, left()]).toEqual([1, []]);
  });

  it.each(['EACCES', 'ENOENT', 'EIO', 'ESTALE'])('fails no push where it answers with %s', async (code) => {
    const [stuck, free] = [await leave(), await leave()];
    old = new Set([stuck, free]);
    const fail = (path: string): void => {
      if (basename(path) === stuck) throw systemError(code);
    };
    const unlink = async (path: string): Promise<void> => {
      fail(path);
      await nodeFolderCalls.unlink(path);
    };
    await after(8 * day, { unlink }).write('a/b', bytes());
    expect([left(), fs.readFileSync(join(root, 'a/b'), 'utf8')]).toEqual([[stuck], 'bytes']);
    const list = (folder: string): Promise<readonly fs.Dirent[]> =>
      folder === tmp() ? Promise.reject(systemError(code)) : nodeFolderCalls.list(folder);
    await after(8 * day, { list }).write('a/c', bytes());
    expect([left(), fs.readFileSync(join(root, 'a/c'), 'utf8')]).toEqual([[stuck], 'bytes']);
  });

  it('costs a writer that slept for a week, or whose folder’s clock jumped, its push and no more', async () => {
    let swept: Promise<void> | undefined;
    async function* slow(): AsyncIterable<Uint8Array> {
      yield Buffer.from('by');
      old = new Set(left());
      swept = after(8 * day).write('a/b', bytes());
      await swept;
      yield Buffer.from('tes');
    }
    const sleeper = new FolderBlobs(root).write('a/c', { size: 5, read: slow });
    await expect(sleeper).rejects.toMatchObject({ name: 'MlError' });
    await swept;
    expect([left(), fs.existsSync(join(root, 'a/c')), fs.existsSync(join(root, 'a/b'))]).toEqual([
      [],
      false,
      true,
    ]);
    await new FolderBlobs(root).write('a/c', bytes());
    expect(fs.readFileSync(join(root, 'a/c'), 'utf8')).toBe('bytes');
  });
});
