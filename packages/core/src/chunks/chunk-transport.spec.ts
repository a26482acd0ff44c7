import fc from 'fast-check';

import { MemoryBlobs } from '../adapters/remote-memory/index.js';
import { digestOf, hexOf } from '../kernel/index.js';
import { bytesSource, collect } from '../remote/index.js';
import { recordBytes } from './chunk-list.js';
import { fetchChunks } from './fetch-chunks.js';
import type { FetchedRecipe, LocalFile } from './fetch-chunks.js';
import { readRecipe, readSegments } from './read-recipe.js';
import { encodeRecipe, recipeName } from './recipe.js';
import type { Recipe } from './recipe.js';
import { segmentsOf } from './segments.js';
import { sendChunks } from './send-chunks.js';
import { planSend, planWholeRecipe, planWorthwhile, strangeSegments } from './send-plan.js';
import type { Base, FileToSend, SendPlan } from './send-plan.js';
import { listOf } from './testing/chunk-lists.js';
import { noise } from './testing/noise.js';
import { versions } from './testing/versions.js';

const MB = 1024 * 1024;

function fileOf(bytes: Buffer): FileToSend {
  return { digest: digestOf(bytes), size: bytes.length, segments: segmentsOf(listOf(bytes)) };
}

function localOf(bytes: Buffer): LocalFile {
  return { bytes: bytesSource(bytes), segments: segmentsOf(listOf(bytes)) };
}

function objectName(bytes: Buffer): string {
  const hex = hexOf(digestOf(bytes));
  return `objects/sha256/${hex.slice(0, 2)}/${hex.slice(2)}`;
}

async function baseOf(blobs: MemoryBlobs, bytes: Buffer, next: FileToSend): Promise<Base> {
  const recipe = await recipeOf(blobs, bytes);
  const strange = await readSegments(blobs, recipe, { places: strangeSegments(recipe, next.segments) });
  return { recipe, lists: new Map(strange.map((segment) => [segment.digest, segment.list])) };
}

async function withLists(blobs: MemoryBlobs, bytes: Buffer): Promise<FetchedRecipe> {
  const recipe = await recipeOf(blobs, bytes);
  return { recipe, segments: await readSegments(blobs, recipe, { places: recipe.segments }) };
}

async function recipeOf(blobs: MemoryBlobs, bytes: Buffer): Promise<Recipe> {
  const recipe = await readRecipe(blobs, digestOf(bytes));
  if (recipe === undefined) throw new Error('there is no recipe');
  return recipe;
}

async function sendWhole(blobs: MemoryBlobs, bytes: Buffer): Promise<void> {
  await blobs.write(objectName(bytes), bytesSource(bytes));
  await sendChunks(blobs, planWholeRecipe(fileOf(bytes), objectName(bytes)), { file: bytesSource(bytes) });
}

function planned(file: FileToSend, bases: readonly Base[] = []): SendPlan {
  const plan = planSend(file, bases);
  if (plan === undefined) throw new Error('there is no plan');
  return plan;
}

async function sendNext(blobs: MemoryBlobs, bytes: Buffer, before: readonly Buffer[]): Promise<SendPlan> {
  const file = fileOf(bytes);
  const bases = await Promise.all(before.map((base) => baseOf(blobs, base, file)));
  const plan = planned(file, bases);
  await sendChunks(blobs, plan, { file: bytesSource(bytes) });
  return plan;
}

async function fetched(
  blobs: MemoryBlobs,
  bytes: Buffer,
  locals: readonly Buffer[] = [],
  onLocalBytes?: (count: number) => void,
): Promise<Buffer> {
  const stream = fetchChunks(blobs, await withLists(blobs, bytes), locals.map(localOf), { onLocalBytes });
  return (await collect(stream, Infinity)) ?? Buffer.alloc(0);
}

/** Bytes in blobs of this kind. */
function bytesIn(blobs: MemoryBlobs, prefix: string): number {
  return [...blobs.blobs].reduce(
    (sum, [name, { length }]) => sum + (name.startsWith(prefix) ? length : 0),
    0,
  );
}

const first = noise(1, 8 * MB);
const second = Buffer.concat([first.subarray(0, 3 * MB), noise(2, 100_000), first.subarray(3 * MB)]);

describe('chunked transport', () => {
  it('brings every version back, whatever was changed and whatever is at hand', async () => {
    await fc.assert(
      fc.asyncProperty(versions, fc.array(fc.nat(3), { maxLength: 3 }), async (all, atHand) => {
        const blobs = new MemoryBlobs();
        const [oldest = Buffer.alloc(0), ...later] = all;
        await sendWhole(blobs, oldest);
        for (const [index, next] of later.entries()) await sendNext(blobs, next, all.slice(0, index + 1));
        const locals = atHand.flatMap((index) => all[index] ?? []);
        for (const bytes of all) expect((await fetched(blobs, bytes, locals)).equals(bytes)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('sends what is new, and of the list what is new', async () => {
    const blobs = new MemoryBlobs();
    await sendWhole(blobs, first);
    const before = bytesIn(blobs, '');
    const plan = await sendNext(blobs, second, [first]);
    const sent = bytesIn(blobs, '') - before;
    expect(sent).toBeGreaterThan(100_000);
    expect(sent).toBeLessThan(100_000 + 3 * 64 * 1024 + 20_000);
    expect(plan.runs).toBe(3);
  });

  it('sends nothing but a recipe of what is a part of what the remote has', async () => {
    const blobs = new MemoryBlobs();
    await sendWhole(blobs, first);
    await sendNext(blobs, second, [first]);
    const before = bytesIn(blobs, 'chunks/');
    const { list } = segmentsOf(listOf(second))[0] ?? { list: listOf(Buffer.alloc(0)) };
    const beginning = second.subarray(0, list.slice(0, 20).totalSize());
    await sendNext(blobs, beginning, [second]);
    expect(bytesIn(blobs, 'chunks/') - before).toBe(20 * recordBytes);
    expect((await fetched(blobs, beginning)).equals(beginning)).toBe(true);
  });

  it('builds on what was built on', async () => {
    const blobs = new MemoryBlobs();
    await sendWhole(blobs, first);
    let last = first;
    for (let version = 0; version < 6; version += 1) {
      const at = (version + 1) * MB;
      const next = Buffer.concat([last.subarray(0, at), noise(100 + version, 1000), last.subarray(at)]);
      const before = bytesIn(blobs, '');
      await sendNext(blobs, next, [last]);
      expect(bytesIn(blobs, '') - before).toBeLessThan(300_000);
      last = next;
    }
    expect((await fetched(blobs, last)).equals(last)).toBe(true);
    expect((await recipeOf(blobs, last)).sources.length).toBeGreaterThan(5);
  });

  it('is not worth its while when all is new', () => {
    expect(planWorthwhile(fileOf(noise(3, 4 * MB)), [])).toBeUndefined();
    expect(planSend(fileOf(noise(3, 4 * MB)), [], 2 * MB)).toBeUndefined();
  });

  it('sends a chunk once that comes often', () => {
    const plan = planned(fileOf(Buffer.alloc(8 * MB)));
    expect(plan.newBytes).toBeLessThan(300_000);
  });

  it('fetches only what is not at hand', async () => {
    const blobs = new MemoryBlobs();
    await sendWhole(blobs, first);
    await sendNext(blobs, second, [first]);
    let local = 0;
    expect((await fetched(blobs, second, [first], (count) => (local += count))).equals(second)).toBe(true);
    expect(local).toBeGreaterThan(second.length - 100_000 - 3 * 128 * 1024);
    expect(blobs.calls.filter((call) => call.startsWith('read objects/'))).toEqual([]);
  });

  it('does without a local file that lies or cannot be read', async () => {
    const blobs = new MemoryBlobs();
    await sendWhole(blobs, first);
    const recipe = await withLists(blobs, first);
    const { segments } = localOf(first);
    const damaged = Buffer.from(first);
    damaged[5 * MB] = (damaged[5 * MB] ?? 0) ^ 1;
    const unreadable = {
      size: first.length,
      read: () => {
        throw new Error('EIO');
      },
    };
    for (const bytes of [bytesSource(damaged), bytesSource(first.subarray(0, MB)), unreadable]) {
      const stream = fetchChunks(blobs, recipe, [{ bytes, segments }]);
      expect((await collect(stream, Infinity))?.equals(first)).toBe(true);
    }
  });

  it('finds every damage of what it reads, and tells the place', async () => {
    const blobs = new MemoryBlobs();
    await sendWhole(blobs, first);
    await sendNext(blobs, second, [first]);
    const others = [...blobs.blobs].filter(([name]) => name !== recipeName(digestOf(first)));
    for (const [name, good] of others) {
      for (const bad of [flipped(good, 0), flipped(good, good.length - 1), good.subarray(1)]) {
        blobs.blobs.set(name, bad);
        const outcome = await fetched(blobs, second).catch((error: unknown) => error);
        // A list of the first version that the second does not use may be damaged unseen.
        if (outcome instanceof Buffer) expect(outcome.equals(second)).toBe(true);
        else expect(outcome).toMatchObject({ code: expect.stringMatching(/CORRUPT|INVALID/) as string });
      }
      blobs.blobs.set(name, good);
    }
    blobs.blobs.set(objectName(first), flipped(first, MB));
    await expect(fetched(blobs, second)).rejects.toMatchObject({
      code: 'ERR_ML_OBJECT_CORRUPT',
      message: expect.stringContaining(objectName(first)) as string,
    });
    blobs.blobs.delete(objectName(first));
    await expect(fetched(blobs, second)).rejects.toMatchObject({ code: 'ERR_ML_OBJECT_MISSING' });
  });

  it('refuses a recipe whose runs part a chunk', async () => {
    const blobs = new MemoryBlobs();
    await sendWhole(blobs, first);
    const recipe = await recipeOf(blobs, first);
    const hostile = {
      ...recipe,
      runs: [
        { source: 0, offset: 1, size: 1000 },
        { source: 0, offset: 0, size: first.length - 1000 },
      ],
    };
    await blobs.write(recipeName(recipe.digest), bytesSource(encodeRecipe(hostile)));
    await expect(fetched(blobs, first)).rejects.toMatchObject({ code: 'ERR_ML_DOCUMENT_INVALID' });
  });

  it('sends nothing of a file that is not what was cut', async () => {
    const blobs = new MemoryBlobs();
    const sending = sendChunks(blobs, planned(fileOf(first)), { file: bytesSource(flipped(first, MB)) });
    await expect(sending).rejects.toMatchObject({ code: 'ERR_ML_SOURCE_CHANGED' });
    expect(blobs.blobs.size).toBe(0);
  });

  it('stops at the signal, and goes on where it stopped', async () => {
    const blobs = new MemoryBlobs();
    const large = noise(4, 40 * MB);
    const plan = planned(fileOf(large));
    const stop = new AbortController();
    let sent = 0;
    const sending = sendChunks(blobs, plan, {
      file: bytesSource(large),
      signal: stop.signal,
      onBytes: (count) => {
        sent += count;
        if (sent > 33 * MB) stop.abort();
      },
    });
    await expect(sending).rejects.toMatchObject({ code: 'ERR_ML_CANCELLED' });
    expect([...blobs.blobs.keys()].filter((name) => name.startsWith('recipes/'))).toEqual([]);
    blobs.calls.length = 0;
    await sendChunks(blobs, plan, { file: bytesSource(large) });
    expect(blobs.calls.filter((call) => call.startsWith('write chunks/'))).toHaveLength(1);
    expect((await fetched(blobs, large)).equals(large)).toBe(true);
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
