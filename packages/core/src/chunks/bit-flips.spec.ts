import { MemoryBlobs } from '../adapters/remote-memory/index.js';
import { numbersFrom } from '../adapters/store-fs/testing/numbers.js';
import { MemoryObjectStore } from '../adapters/store-memory/index.js';
import { digestOf, isMlError } from '../kernel/index.js';
import { bytesSource, objectBlob } from '../remote/index.js';
import type { Blobs, BlobSource } from '../remote/index.js';
import { ChunkedObjects } from './chunked-objects.js';
import { recipeName } from './recipe.js';
import { MemoryFiles } from './testing/memory-files.js';
import { noise } from './testing/noise.js';

const MB = 1024 * 1024;
const v1 = noise(1, 16 * MB);
const v2 = Buffer.concat([v1.subarray(0, 7 * MB), noise(2, 300_000), v1.subarray(7 * MB)]);
const wanted = digestOf(v2);
const found = ['ERR_ML_DOCUMENT_INVALID', 'ERR_ML_OBJECT_CORRUPT', 'ERR_ML_OBJECT_MISSING'];

function flip(bytes: Buffer, random: () => number): void {
  const at = Math.floor(random() * bytes.length);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
}

describe('200 bits turned over in what a large object travels as', () => {
  let blobs: MemoryBlobs;
  /** What the second version is made of: its recipe, the new chunks, and the first version whole. */
  let parts: readonly string[];

  beforeEach(async () => {
    blobs = new MemoryBlobs();
    const files = new MemoryFiles();
    const objects = new ChunkedObjects({ blobs, chunker: files, files });
    const push = async (bytes: Buffer): Promise<Set<string>> => {
      const open = (): Promise<BlobSource> => Promise.resolve(bytesSource(bytes));
      await objects.write(files.add(bytes), { size: bytes.length, open });
      return new Set(blobs.blobs.keys());
    };
    const before = await push(v1);
    const added = [...(await push(v2))].filter((name) => !before.has(name));
    parts = [...added, objectBlob(digestOf(v1))];
    expect([parts.length, added.includes(recipeName(wanted))]).toEqual([3, true]);
  });

  /** Brings the object into an empty store. @returns the code of the failure; no other object is ever there */
  async function outcome(from: Blobs): Promise<string> {
    const files = new MemoryFiles();
    const store = new MemoryObjectStore();
    try {
      const object = await new ChunkedObjects({ blobs: from, chunker: files, files }).open(wanted);
      if (object === undefined) return 'missing';
      const { size, place } = object;
      await store.receive({ digest: wanted, size, place, read: (start) => object.read(start) });
      expect(digestOf(await store.readBytes(wanted))).toBe(wanted);
      return 'served';
    } catch (error) {
      expect(store.bytes.size).toBe(0);
      if (isMlError(error)) return error.code;
      throw error;
    }
  }

  it('are all found where they lie: in recipes, chunks and whole objects', async () => {
    expect(await outcome(blobs)).toBe('served');
    const random = numbersFrom(9);
    const seen = new Set<string>();
    for (let turn = 0; turn < 120; turn += 1) {
      const name = parts[turn % parts.length] ?? '';
      const before = blobs.blobs.get(name) ?? Buffer.alloc(0);
      const after = Buffer.from(before);
      flip(after, random);
      blobs.blobs.set(name, after);
      const code = await outcome(blobs);
      // The chunk that the insert has split is in the first version alone.
      if (name !== objectBlob(digestOf(v1)) || code !== 'served') seen.add(code);
      blobs.blobs.set(name, before);
    }
    expect([...seen].sort()).toEqual(found);
    expect(await outcome(blobs)).toBe('served');
  });

  it('are all found when they turn over on the way', async () => {
    const random = numbersFrom(10);
    const seen = new Set<string>();
    for (let turn = 0; turn < 80; turn += 1) {
      const part = parts[turn % parts.length] ?? '';
      async function* flipping(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
        for await (const bytes of stream) {
          const changed = Buffer.from(bytes);
          flip(changed, random);
          yield changed;
        }
      }
      const faulty = Object.assign(new MemoryBlobs(), {
        size: (name: string) => blobs.size(name),
        read: async (...args: Parameters<Blobs['read']>) => {
          const stream = await blobs.read(...args);
          return stream !== undefined && args[0] === part ? flipping(stream) : stream;
        },
      });
      const code = await outcome(faulty);
      if (part !== objectBlob(digestOf(v1)) || code !== 'served') seen.add(code);
    }
    expect([...seen].sort()).toEqual(found);
  });
});
