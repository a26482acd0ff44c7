import type * as fs from 'node:fs';
import { basename, join } from 'node:path';

import { openFolderStore, writeFileAtomic } from './index.js';
import type { FileCalls } from './index.js';
import { Scratch, watchedCalls } from './testing/scratch.js';

/**
 * No test here cuts the power. What can be shown is the order: bytes are synced before they get a name, names before
 * the caller hears of success.
 */
describe('The order of calls that survives a power cut', () => {
  let scratch: Scratch;
  let calls: FileCalls;
  let trace: string[];

  beforeEach(() => {
    scratch = new Scratch();
    trace = [];
    const opened = new Map<number, string>();
    const watched = watchedCalls((name, [first]) => {
      if (name === 'fdatasync') trace.push(`bytes of ${placeOf(opened.get(first as number) ?? '')}`);
      if (name === 'fsync') trace.push(`names in ${placeOf(opened.get(first as number) ?? '')}`);
      if (name === 'syncFileSystem') trace.push('everything');
    });
    calls = {
      ...watched,
      openSync: (path: fs.PathLike, flags: fs.OpenMode, mode?: fs.Mode | null) => {
        const handle = watched.openSync(path, flags, mode);
        opened.set(handle, String(path));
        return handle;
      },
      open: ((
        path: string,
        flags: string,
        mode: number,
        done: (error: Error | null, handle: number) => void,
      ) => {
        watched.open(path, flags, mode, (error, handle) => {
          opened.set(handle, path);
          done(error, handle);
        });
      }) as typeof fs.open,
      renameSync: (from: fs.PathLike, to: fs.PathLike) => {
        watched.renameSync(from, to);
        trace.push(`name ${placeOf(String(to))}`);
      },
      linkSync: (from: fs.PathLike, to: fs.PathLike) => {
        watched.linkSync(from, to);
        trace.push(`name ${placeOf(String(to))}`);
      },
    };
  });
  afterEach(() => {
    scratch.remove();
  });

  /** Which kind of place a path is. */
  function placeOf(path: string): string {
    const relative = path.startsWith(scratch.root) ? path.slice(scratch.root.length + 1) : '';
    if (relative.startsWith('tmp') || basename(path).startsWith('.nx-ml-')) return 'a temporary';
    if (/^objects.sha256.[0-9a-f]{2}.[0-9a-f]{62}$/.test(relative)) return 'an object';
    if (/^objects.sha256.[0-9a-f]{2}$/.test(relative)) return 'a shard';
    return relative === '' ? basename(path) : relative;
  }

  const oneObject = ['bytes of a temporary', 'name an object', 'names in objects/sha256', 'names in a shard'];

  it('holds for a file, and the names for one that was there', async () => {
    const { objects } = await openFolderStore({ root: scratch.root, calls });
    trace.length = 0;
    await objects.putFile(scratch.write('file', 'x'));
    expect(trace).toEqual(oneObject);
    trace.length = 0;
    await objects.putFile(scratch.at('file'));
    expect(trace).toEqual(['names in a shard']);
    trace.length = 0;
    const other = await openFolderStore({ root: scratch.root, calls });
    expect(trace).toEqual(['names in objects', 'names in store']);
    trace.length = 0;
    await other.objects.putFile(scratch.at('file')); // It cannot know who made the shard, and how long ago.
    expect(trace).toEqual(['names in objects/sha256', 'names in a shard']);
  });

  it.each([true, false])('holds for a tree, the file system synced as a whole: %s', async (whole) => {
    const syncFileSystem = (): Promise<boolean> => {
      trace.push('everything');
      return Promise.resolve(whole);
    };
    const { objects } = await openFolderStore({ root: scratch.root, calls: { ...calls, syncFileSystem } });
    for (let index = 0; index < 50; index += 1) scratch.write(`data/${String(index)}`, String(index));
    trace.length = 0;
    await objects.putTree(scratch.at('data'));
    // The document's name comes last, when all else is durable.
    expect(trace.slice(-3)).toEqual(oneObject.slice(1));
    const files = trace.slice(0, -3);
    const firstName = files.indexOf('name an object');
    const lastName = files.lastIndexOf('name an object');
    const bytes = Array.from({ length: whole ? 0 : 51 }, () => 'bytes of a temporary');
    expect(files.slice(0, firstName)).toEqual(['everything', ...bytes]);
    expect(files.slice(firstName, lastName + 1)).toEqual(Array.from({ length: 50 }, () => 'name an object'));
    const folders = new Set(files.slice(lastName + 1));
    expect(folders).toEqual(
      new Set(['everything', ...(whole ? [] : ['names in a shard', 'names in objects/sha256'])]),
    );
  });

  it.each([true, false])('holds for files that become links, synced as a whole: %s', async (whole) => {
    const syncFileSystem = (): Promise<boolean> => {
      trace.push('everything');
      return Promise.resolve(whole);
    };
    const { objects } = await openFolderStore({ root: scratch.root, calls: { ...calls, syncFileSystem } });
    for (let index = 0; index < 10; index += 1) scratch.write(`data/${String(index)}`, String(index));
    trace.length = 0;
    await objects.putTree(scratch.at('data'), { by: 'link' });
    const firstName = trace.indexOf('name an object');
    const bytes = Array.from({ length: whole ? 0 : 10 }, (_, index) => `bytes of ${String(index)}`);
    expect(new Set(trace.slice(0, firstName))).toEqual(new Set(['everything', ...bytes]));
    const names = Array.from({ length: 10 }, () => 'name an object');
    expect(trace.slice(firstName, firstName + 12)).toEqual([...names, 'bytes of a temporary', 'everything']);
    expect(trace.slice(-3)).toEqual(oneObject.slice(1));
  });

  it('holds for a batch: one wait for the bytes of all, trees named when all else is durable', async () => {
    const { objects } = await openFolderStore({ root: scratch.root, calls });
    scratch.write('data/a', 'a');
    trace.length = 0;
    await objects.batch(async (writer) => {
      await writer.putTree(scratch.at('data'));
      await writer.putBytes(Buffer.from('b'));
      expect(trace).toEqual([]);
    });
    expect(trace).toEqual([
      ...Array.from({ length: 3 }, () => 'bytes of a temporary'),
      'name an object',
      'name an object',
      'names in objects/sha256',
      'names in a shard',
      'names in a shard',
      ...oneObject.slice(1),
    ]);
  });

  it('holds for a journal, up to the folder of all journals', async () => {
    const { journals } = await openFolderStore({ root: scratch.root, calls });
    trace.length = 0;
    await journals.append('scope/log', 0, { a: 1 });
    expect(trace).toEqual([
      'bytes of a temporary',
      `name ${join('journals', 'scope', 'log', '00000000.json')}`,
      `names in ${join('journals', 'scope', 'log')}`,
      `names in ${join('journals', 'scope')}`,
      'names in journals',
    ]);
  });

  it('holds for a small file of the workspace', async () => {
    await writeFileAtomic(scratch.at('file.json'), '{}', calls);
    expect(trace).toEqual(['bytes of a temporary', 'name file.json', `names in ${basename(scratch.base)}`]);
  });
});
