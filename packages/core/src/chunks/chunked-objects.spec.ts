import { MemoryBlobs } from '../adapters/remote-memory/index.js';
import { digestOf } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { bytesSource, collect, objectBlob } from '../remote/index.js';
import type { OutgoingObject } from '../remote/index.js';
import { ChunkedObjects } from './chunked-objects.js';
import { recipeName } from './recipe.js';
import { MemoryFiles, threadLost } from './testing/memory-files.js';
import { noise } from './testing/noise.js';

const MB = 1024 * 1024;

const v1 = noise(1, 20 * MB);
const v2 = Buffer.concat([v1.subarray(0, 7 * MB), noise(2, 100_000), v1.subarray(7 * MB)]);
const v3 = Buffer.concat([v2, noise(3, 50_000)]);
const other = noise(4, 20 * MB);

let blobs: MemoryBlobs;
beforeEach(() => {
  blobs = new MemoryBlobs();
});

/** One machine with its store. */
class Machine {
  readonly files = new MemoryFiles();
  readonly objects = new ChunkedObjects({ blobs, chunker: this.files, files: this.files });

  constructor(...have: readonly Buffer[]) {
    for (const bytes of have) this.files.add(bytes);
  }

  /** @returns bytes that the remote grew by */
  async push(bytes: Buffer, onBytes?: (count: number) => void): Promise<number> {
    const before = total();
    this.files.add(bytes);
    await this.objects.write(digestOf(bytes), outgoing(bytes), { onBytes });
    return total() - before;
  }

  /** Compared by hand: a difference of 20 MB is not worth drawing. */
  async brings(bytes: Buffer): Promise<boolean> {
    return (await this.pull(digestOf(bytes)))?.equals(bytes) === true;
  }

  async pull(digest: Digest, start = 0): Promise<Buffer | undefined> {
    const found = await this.objects.open(digest);
    if (found === undefined) return undefined;
    const bytes = await collect(await found.read(start), Infinity);
    expect(bytes?.length).toBe(found.size - start);
    return bytes;
  }
}

function total(): number {
  return [...blobs.blobs.values()].reduce((sum, { length }) => sum + length, 0);
}

function has(name: string): boolean {
  return blobs.blobs.has(name);
}

describe('large objects in chunks', () => {
  it('sends a first version whole, with a recipe for the next', async () => {
    const sent = await new Machine().push(v1);
    expect(has(objectBlob(digestOf(v1)))).toBe(true);
    expect(has(recipeName(digestOf(v1)))).toBe(true);
    expect(sent).toBeLessThan(v1.length * 1.001);
  });

  it('sends of a next version what is new', async () => {
    const machine = new Machine();
    await machine.push(v1);
    expect(await machine.push(v2)).toBeLessThan(400_000);
    expect(await machine.push(v3)).toBeLessThan(400_000);
    expect(has(objectBlob(digestOf(v2)))).toBe(false);
    expect(await new Machine().brings(v3)).toBe(true);
  });

  it('sends of a next version what is new, from a machine that only pulled the last', async () => {
    await new Machine().push(v1);
    expect(await new Machine(v1).push(v2)).toBeLessThan(400_000);
  });

  it('sends whole what is like nothing', async () => {
    const machine = new Machine();
    await machine.push(v1);
    await machine.push(other);
    expect(has(objectBlob(digestOf(other)))).toBe(true);
    expect(await new Machine().brings(other)).toBe(true);
  });

  it('sends whole what is small, and cuts nothing', async () => {
    const machine = new Machine();
    await machine.push(v1.subarray(0, 15 * MB));
    expect([...blobs.blobs.keys()]).toHaveLength(1);
    expect(machine.files.cuts).toEqual([]);
  });

  it('knows what is there, whole or in chunks', async () => {
    const machine = new Machine();
    await machine.push(v1);
    await machine.push(v2);
    const asked = [v1, v2, v3].map((bytes) => ({ digest: digestOf(bytes), size: bytes.length }));
    expect(await machine.objects.missing(asked)).toEqual([digestOf(v3)]);
    expect(await machine.objects.open(digestOf(v3))).toBeUndefined();
  });

  it('brings what is not at hand alone', async () => {
    const machine = new Machine();
    await machine.push(v1);
    await machine.push(v2);
    await machine.push(v3);
    for (const have of [v1, v2]) {
      blobs.calls.length = 0;
      expect(await new Machine(have, other).brings(v3)).toBe(true);
      expect(blobs.calls.filter((call) => call.startsWith('read objects/'))).toEqual([]);
    }
  });

  it('goes on from anywhere', async () => {
    const machine = new Machine();
    await machine.push(v1);
    await machine.push(v2);
    for (const start of [0, 1, 7 * MB + 5, v2.length - 1, v2.length])
      expect((await new Machine(v1).pull(digestOf(v2), start))?.equals(v2.subarray(start))).toBe(true);
  });

  it('tells as many bytes as the object has, whichever way it travels', async () => {
    const machine = new Machine();
    for (const bytes of [v1, v2, other]) {
      let told = 0;
      await machine.push(bytes, (count) => (told += count));
      expect(told).toBe(bytes.length);
    }
    let brought = 0;
    const found = await new Machine(v1).objects.open(digestOf(v2));
    await collect((await found?.read(0, { onBytes: (count) => (brought += count) })) ?? none(), Infinity);
    expect(brought).toBe(v2.length);
  });

  it('sends whole when a thread is lost', async () => {
    const machine = new Machine();
    machine.files.failure = threadLost();
    await machine.push(v1);
    expect(await new Machine().brings(v1)).toBe(true);
    expect(has(recipeName(digestOf(v1)))).toBe(false);
  });

  it('does not build upon what was damaged or removed', async () => {
    const machine = new Machine();
    await machine.push(v1);
    const recipe = blobs.blobs.get(recipeName(digestOf(v1))) ?? Buffer.alloc(0);
    blobs.blobs.set(recipeName(digestOf(v1)), recipe.subarray(1));
    await new Machine(v1).push(v2);
    expect(has(objectBlob(digestOf(v2)))).toBe(true);

    blobs.blobs.set(recipeName(digestOf(v1)), recipe);
    blobs.blobs.delete(objectBlob(digestOf(v1)));
    blobs.blobs.delete(recipeName(digestOf(v2)));
    await new Machine(v1).push(v3);
    expect(has(objectBlob(digestOf(v3)))).toBe(true);
  });

  it('takes the whole where the recipe is damaged', async () => {
    await new Machine().push(v1);
    blobs.blobs.set(recipeName(digestOf(v1)), Buffer.from('{}'));
    expect(await new Machine(v2).brings(v1)).toBe(true);
  });

  it('leaves it to the store to tell that its file is damaged', async () => {
    const machine = new Machine();
    machine.files.files.set(digestOf(v2), other);
    const corrupt = new Error('it was moved to quarantine');
    const object = { size: v2.length, open: () => Promise.reject(corrupt) };
    await expect(machine.objects.write(digestOf(v2), object)).rejects.toBe(corrupt);
    expect(blobs.blobs.size).toBe(0);
  });

  it('reads what it cuts but once more, to send it', async () => {
    const machine = new Machine(v1);
    const object = { size: v1.length, open: () => Promise.reject(new Error('it was verified already')) };
    await machine.objects.write(digestOf(v1), object);
    expect(await new Machine().brings(v1)).toBe(true);
  });

  it('cuts one file at a time', async () => {
    const machine = new Machine();
    await Promise.all([v1, v2, v3, other].map((bytes) => machine.push(bytes)));
    for (const bytes of [v1, v2, v3, other]) expect(await new Machine().brings(bytes)).toBe(true);
  });
});

function outgoing(bytes: Buffer): OutgoingObject {
  return { size: bytes.length, open: () => Promise.resolve(bytesSource(bytes)) };
}

// eslint-disable-next-line @typescript-eslint/require-await -- an empty stream
async function* none(): AsyncIterable<Uint8Array> {
  yield* [];
}
