import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FolderBlobs } from '../../adapters/remote-folder/index.js';
import { openFolderStore, openIndexCache } from '../../adapters/store-fs/index.js';
import { numbersFrom } from '../../adapters/store-fs/testing/numbers.js';
import { MemoryObjectStore } from '../../adapters/store-memory/index.js';
import { isMlError } from '../../kernel/index.js';
import { Remote, RemoteJournal } from '../../remote/index.js';
import type { Blobs, IndexCache } from '../../remote/index.js';
import type { ObjectRef } from '../../store/index.js';
import { pullRefs } from './pull-refs.js';
import { applyPush, planPush } from './push-objects.js';
import { MemoryIndexes } from './testing/memory-indexes.js';

const journal = 'runs/ab/cd';

describe('500 bits turned over at a remote and on the way from it', () => {
  let base: string;
  let blobs: FolderBlobs;
  let tree: ObjectRef;

  beforeEach(async () => {
    base = fs.mkdtempSync(join(tmpdir(), 'nx-ml-flips-'));
    for (const folder of ['remote', 'data']) fs.mkdirSync(join(base, folder));
    for (let file = 0; file < 20; file += 1)
      fs.writeFileSync(join(base, 'data', String(file)), `${String(file)} `.repeat(10 + 100 * file));
    fs.writeFileSync(join(base, 'data/large'), Buffer.alloc(1_100_000, 'large'));
    const store = new MemoryObjectStore();
    tree = await store.putTree(join(base, 'data'));
    blobs = new FolderBlobs(join(base, 'remote'));
    const deps = { remote: new Remote({ blobs, indexes: new MemoryIndexes() }), store };
    await applyPush(await planPush([tree], deps), deps);
    for (let entry = 0; entry < 5; entry += 1)
      await new RemoteJournal(blobs).append(journal, entry, { entry });
  });
  afterEach(() => {
    fs.rmSync(base, { recursive: true });
  });

  const flip = (bytes: Buffer, random: () => number): Buffer => {
    const at = Math.floor(random() * bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
    return bytes;
  };
  /** Pulls into an empty store and reads the journal. @returns the code of the failure */
  const outcome = async (from: Blobs, indexes: IndexCache = new MemoryIndexes()): Promise<string> => {
    const store = new MemoryObjectStore();
    const remote = new Remote({ blobs: from, indexes });
    try {
      await pullRefs([{ ref: tree }], { remote, store });
      await new RemoteJournal(from).read(journal);
      expect(await store.verify(tree)).toEqual({ missing: [], corrupt: [] });
      return 'served';
    } catch (error) {
      if (isMlError(error)) return error.code;
      throw error;
    } finally {
      // Reading verifies: what is there has the bytes of its name.
      for (const digest of store.bytes.keys()) await store.readBytes(digest);
    }
  };
  const found = ['ERR_ML_OBJECT_CORRUPT', 'ERR_ML_OBJECT_MISSING', 'ERR_ML_JOURNAL_BROKEN'];

  it('are all found where they lie: in packs, indexes, objects and journals', async () => {
    expect(await outcome(blobs)).toBe('served');
    const random = numbersFrom(3);
    const files = fs
      .readdirSync(join(base, 'remote'), { recursive: true, withFileTypes: true })
      .flatMap((item) =>
        item.isFile() && item.name !== 'format.json' ? [join(item.parentPath, item.name)] : [],
      );
    const seen = new Set<string>();
    for (let turn = 0; turn < 200; turn += 1) {
      const path = files[turn % files.length] ?? '';
      const before = fs.readFileSync(path);
      fs.chmodSync(path, 0o644);
      fs.writeFileSync(path, flip(Buffer.from(before), random));
      const code = await outcome(blobs);
      expect(found).toContain(code);
      seen.add(code);
      fs.writeFileSync(path, before);
    }
    expect([...seen].sort()).toEqual([...found].sort());
    expect(await outcome(blobs)).toBe('served');
  });

  it('are all found in the copies of indexes on this side, and do no harm', async () => {
    const indexes = openIndexCache(join(base, 'store'), blobs.place);
    await openFolderStore({ root: join(base, 'store') });
    expect(await outcome(blobs, indexes)).toBe('served');
    const copies = fs
      .readdirSync(join(base, 'store/remotes'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.index'))
      .map((name) => join(base, 'store/remotes', name));
    expect(copies).toHaveLength(2);
    const random = numbersFrom(5);
    for (let turn = 0; turn < 100; turn += 1) {
      const path = copies[turn % copies.length] ?? '';
      const before = fs.readFileSync(path);
      fs.writeFileSync(path, flip(Buffer.from(before), random));
      expect(await outcome(blobs, indexes)).toBe('served');
      expect(fs.readFileSync(path).equals(before)).toBe(true);
    }
  });

  it('are all found when they turn over on the way', async () => {
    const random = numbersFrom(4);
    for (let turn = 0; turn < 200; turn += 1) {
      const names = [/\.pack$/, /^objects/, /\.index$/, /^journals/];
      const pattern = names[turn % names.length] ?? /./;
      let flipped = false;
      async function* flipping(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
        for await (const part of stream) {
          const isFirst = !flipped;
          flipped = true;
          yield isFirst ? flip(Buffer.from(part), random) : part;
        }
      }
      const faulty: Blobs = {
        place: blobs.place,
        list: (prefix) => blobs.list(prefix),
        size: (name) => blobs.size(name),
        write: (name, source) => blobs.write(name, source),
        create: (name, bytes) => blobs.create(name, bytes),
        remove: (name) => blobs.remove(name),
        read: async (name, range, options) => {
          const stream = await blobs.read(name, range, options);
          return stream !== undefined && pattern.test(name) ? flipping(stream) : stream;
        },
      };
      const code = await outcome(faulty);
      // An index that came damaged is read once more when something is missing, and then it comes right.
      expect(pattern.test('x.index') ? [...found, 'served'] : found).toContain(code);
      expect(flipped).toBe(true);
    }
  });
});
