import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HashThread } from './hash-thread.js';
import { HashHere } from './running-hash.js';
import type { RunningHash } from './running-hash.js';

const hook = join(__dirname, '../../../../core/src/kernel/testing/typescript-hook.cjs');
const program = { file: join(__dirname, 'hash-thread-main.ts'), nodeArgs: ['-r', hook] };
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

/** A hash by the thread, which needs a moment to start. */
async function openBeside(thread: HashThread): Promise<RunningHash> {
  for (;;) {
    const hash = thread.open();
    if (hash.blocks !== undefined) return hash;
    hash.close();
    await pause();
  }
}

/** As a body does: block after block, each used again when it is done. */
async function hashAll(hash: RunningHash, bytes: Buffer): Promise<string> {
  const blocks = (hash.blocks ?? [Buffer.alloc(100_000)]).map((memory) => ({ memory, done: pause() }));
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const block = blocks[turn % blocks.length];
    if (block === undefined) throw new Error('There is no block');
    await block.done;
    const count = bytes.copy(block.memory, 0, at, Math.min(bytes.length, at + 700_001));
    block.done = hash.update(block.memory.subarray(0, count)) ?? Promise.resolve();
    at += count;
  }
  return hash.digest();
}

describe('The thread that hashes', () => {
  let thread: HashThread;
  beforeEach(() => {
    thread = new HashThread(program);
  });
  afterEach(() => thread.end());

  it('hashes as it is done here, many at once, one after the other on the same memory', async () => {
    (await openBeside(thread)).close();
    for (let round = 0; round < 2; round += 1) {
      const bodies = Array.from({ length: 10 }, (_, index) => randomBytes(index * 900_000 + index));
      const digests = bodies.map(async (bytes) => {
        const hash = thread.open();
        const digest = await hashAll(hash, bytes);
        expect(hash.blocks).toBeDefined();
        hash.close();
        return digest;
      });
      expect(await Promise.all(digests)).toEqual(bodies.map(sha256));
    }
  });

  it('knows nothing any more of a body that was given up', async () => {
    const given = await openBeside(thread);
    const waiting = given.blocks?.map(async (block) => given.update(block.fill(1)));
    given.close();
    const next = thread.open();
    expect(next.blocks?.[0]?.buffer).toBe(given.blocks?.[0]?.buffer);
    const bytes = randomBytes(3_000_000);
    expect(await hashAll(next, bytes)).toBe(sha256(bytes));
    await Promise.all(waiting ?? []);
    next.close();
  });

  it('gives memory to two at once never', async () => {
    const one = await openBeside(thread);
    const other = thread.open();
    expect(other.blocks?.[0]?.buffer).not.toBe(one.blocks?.[0]?.buffer);
    one.close();
    one.close();
    const [again, third] = [thread.open(), thread.open()];
    expect(again.blocks?.[0]?.buffer).not.toBe(third.blocks?.[0]?.buffer);
    for (const hash of [other, again, third]) hash.close();
  });

  it('is there again after an error within it', async () => {
    const hash = await openBeside(thread);
    const beyond = Buffer.from(new ArrayBuffer(8 * 1024 * 1024 + 1), 8 * 1024 * 1024);
    await expect(hash.update(beyond)).rejects.toThrow('typed array length');
    hash.close();
    const bytes = randomBytes(1000);
    expect(await hashAll(await openBeside(thread), bytes)).toBe(sha256(bytes));
  });

  it('fails what it was at when it ends, and is there again for who comes later', async () => {
    const hash = await openBeside(thread);
    const update = hash.update(hash.blocks?.[0] ?? Buffer.alloc(0));
    const outcome = expect(Promise.all([update, hash.digest()])).rejects.toThrow('The thread that hashes');
    await thread.end();
    await outcome;
    await expect(hash.digest()).rejects.toThrow('gone');
    hash.close();
    const bytes = randomBytes(1000);
    expect(await hashAll(await openBeside(thread), bytes)).toBe(sha256(bytes));
  });
});

describe('A thread that cannot start', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-ml-server-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['is not there', undefined],
    ['throws', 'throw new Error("out of luck")'],
    ['exits', 'process.exit(3)'],
  ])('is left alone, and who asks hashes: one that %s', async (_, text) => {
    const file = join(folder, 'thread.cjs');
    if (text !== undefined) writeFileSync(file, text);
    const thread = new HashThread({ file, nodeArgs: [] });
    for (let round = 0; round < 5; round += 1) {
      const hash = thread.open();
      expect(hash).toBeInstanceOf(HashHere);
      expect(await hashAll(hash, Buffer.from('hello'))).toBe(sha256(Buffer.from('hello')));
      hash.close();
      await pause();
    }
    await thread.end();
  });
});
