import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { DataFiles } from '../../adapters/workspace-fs/data/index.js';
import type { DataGlance, WorkspaceData } from '../../data/index.js';
import { digestOf } from '../../kernel/index.js';
import { storeData } from './store-data.js';

/** Notes what it reads. */
class CountingStore extends MemoryObjectStore {
  read: string[] = [];
  override putFile(path: string) {
    this.read.push(path.split('/').at(-1) ?? '');
    return super.putFile(path);
  }
  override putTree(folder: string) {
    this.read.push('the whole tree');
    return super.putTree(folder);
  }
}

describe('storeData', () => {
  let root: string;
  let objects: CountingStore;
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };
  /** The workspace's data, as if every file had lain still for a minute. */
  const data = () => new DataFiles({ root, cache: join(root, '.cache'), grace: -60_000 });
  const store = async (path = 'd', from: WorkspaceData = data()) => {
    objects.read = [];
    return storeData(path, { root, objects, data: from });
  };
  /** What the memory of a spec's own store says is right. */
  const expected = async (path = 'd') => new MemoryObjectStore().put(join(root, path));

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nx-ml-store-data-'));
    objects = new CountingStore();
    write({ 'd/a': 'one', 'd/sub/b': 'two', 'd/c': 'three' });
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('has the store read all the first time, and nothing of it again', async () => {
    expect(await store()).toEqual(await expected());
    expect(objects.read).toEqual(['the whole tree', 'a', 'c', 'b']);
    expect(await store()).toEqual(await expected());
    expect(objects.read).toEqual([]);
  });

  it('reads what changed, came, or is lost from the store', async () => {
    await store();
    write({ 'd/a': 'ONE', 'd/new': 'x' });
    objects.bytes.delete(digestOf('two'));
    const ref = await store();
    expect(ref).toEqual(await expected());
    expect(objects.read).toEqual(['a', 'new', 'b']);
    expect(await objects.verify(ref)).toEqual({ missing: [], corrupt: [] });
  });

  it('stores the list anew where only that is lost', async () => {
    const { digest } = await store();
    objects.bytes.delete(digest);
    expect((await store()).digest).toBe(digest);
    expect(objects.read).toEqual([]);
    expect(objects.bytes.has(digest)).toBe(true);
  });

  it('knows a single file', async () => {
    const ref = await store('d/a');
    expect([await store('d/a'), objects.read]).toEqual([ref, []]);
    objects.bytes.clear();
    expect(await store('d/a')).toEqual(ref);
    expect(objects.read).toEqual(['a']);
  });

  it('has the store read all where something moves meanwhile', async () => {
    await store();
    write({ 'd/a': 'ONE' });
    const moving = data();
    const glance = (path: string): DataGlance | undefined => {
      const seen = moving.glance(path);
      write({ 'd/late': 'x' });
      return seen;
    };
    const from: WorkspaceData = {
      glance,
      look: (path) => moving.look(path),
      readBytes: (path) => moving.readBytes(path),
      readText: (path, limit) => moving.readText(path, limit),
    };
    expect(await store('d', from)).toEqual(await expected());
    expect(objects.read).toContain('the whole tree');
  });

  it('refuses what the store refuses', async () => {
    await expect(store('nothing')).rejects.toThrow();
  });
});
