import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { maxChunk } from '../../chunks/index.js';
import { cutBytes } from '../../chunks/testing/cut-bytes.js';
import { noise } from '../../chunks/testing/noise.js';
import { digestOf } from '../../kernel/index.js';
import { blockSize, ringBlocks } from './ring.js';
import { chunkerFromSource } from './testing/chunker-from-source.js';

const ringSize = ringBlocks * blockSize;
const chunker = chunkerFromSource();
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nx-ml-chunker-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('the chunker with threads', () => {
  it.each<[string, Buffer]>([
    ['an empty file', Buffer.alloc(0)],
    ['one byte', noise(1, 1)],
    ['one block', noise(2, blockSize)],
    ['one block and a byte', noise(3, blockSize + 1)],
    ['the ring', noise(4, ringSize)],
    ['the ring several times, and a little', noise(5, 3 * ringSize + 12_345)],
    ['zeros', Buffer.alloc(2 * ringSize + 5)],
  ])('cuts %s as the cutter does, and hashes each chunk and the whole', async (name, bytes) => {
    const cut = await chunker.cut(file(name, bytes));
    expect(cut.size).toBe(bytes.length);
    expect(cut.digest).toBe(digestOf(bytes));
    let at = 0;
    const expected = cutBytes(bytes).map((size) => {
      at += size;
      return [digestOf(bytes.subarray(at - size, at)), size];
    });
    const found = Array.from({ length: cut.chunks.length }, (_, index) => [
      cut.chunks.digestAt(index),
      cut.chunks.sizeAt(index),
    ]);
    expect(found).toEqual(expected);
  });

  it('cuts several files at once', async () => {
    const files = [6, 7, 8].map((seed) => noise(seed, 2 * ringSize));
    const cuts = await Promise.all(
      files.map((bytes, index) => chunker.cut(file(`at-once-${String(index)}`, bytes))),
    );
    expect(cuts.map((cut) => cut.digest)).toEqual(files.map((bytes) => digestOf(bytes)));
  });

  it('tells how much it has read', async () => {
    const path = file('progress', noise(9, 16 * blockSize + 3));
    const told: number[] = [];
    await chunker.cut(path, { onBytes: (count) => told.push(count) });
    expect(told).toEqual([16 * blockSize, 3]);
  });

  it('refuses what is no regular file', async () => {
    const link = join(folder, 'link');
    symlinkSync(file('target', noise(1, 10)), link);
    await expect(chunker.cut(link)).rejects.toMatchObject({ code: 'ERR_ML_PATH_UNSAFE' });
    await expect(chunker.cut(folder)).rejects.toMatchObject({ code: 'ERR_ML_PATH_UNSAFE' });
    const pipe = join(folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    await expect(chunker.cut(pipe)).rejects.toMatchObject({ code: 'ERR_ML_PATH_UNSAFE' });
  });

  it('tells a file that is not there', async () => {
    await expect(chunker.cut(join(folder, 'none'))).rejects.toMatchObject({
      code: 'ERR_ML_FILE_INACCESSIBLE',
      message: expect.stringContaining('ENOENT') as string,
    });
  });

  it.each<[string, (path: string) => void]>([
    [
      'grows',
      (path) => {
        appendFileSync(path, 'more');
      },
    ],
    [
      'shrinks',
      (path) => {
        truncateSync(path, 20 * blockSize);
      },
    ],
    [
      'is replaced',
      (path) => {
        rmSync(path);
        writeFileSync(path, noise(10, 40 * blockSize));
      },
    ],
  ])('refuses a file that %s while it is read', async (name, change) => {
    const bytes = noise(10, 40 * blockSize);
    // A busy machine may let this thread change the file only after it was read: then the answer is that of what was read.
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const path = file(`changes-${name}-${String(attempt)}`, bytes);
      let done = false;
      const cutting = chunker.cut(path, {
        onBytes: () => {
          if (!done) change(path);
          done = true;
        },
      });
      const refusal = await cutting.then(
        ({ digest }) => {
          expect(digest).toBe(digestOf(bytes));
        },
        (error: unknown) => ({ error }),
      );
      rmSync(path);
      if (refusal === undefined) continue;
      expect(refusal.error).toMatchObject({ code: 'ERR_ML_SOURCE_CHANGED' });
      return;
    }
    throw new Error('The file was read before it changed, twenty times');
  });

  it('stops at the signal, before and within', async () => {
    const path = file('stopped', noise(11, 4 * ringSize));
    const cancelled = { code: 'ERR_ML_CANCELLED' };
    await expect(chunker.cut(path, { signal: AbortSignal.abort() })).rejects.toMatchObject(cancelled);
    const stop = new AbortController();
    const within = chunker.cut(path, {
      signal: stop.signal,
      onBytes: () => {
        stop.abort();
      },
    });
    await expect(within).rejects.toMatchObject(cancelled);
    expect((await chunker.cut(path)).size).toBe(4 * ringSize);
  });

  it.each(['reader', 'hasher'])('tells when its %s dies', async (which) => {
    const path = file('lost', noise(12, 2 * ringSize));
    for (const [name, text] of [
      ['exits', 'process.exit(3)'],
      ['throws', 'throw new Error("out of luck")'],
      ['is-starved', 'const all = []; for (;;) all.push(new Array(1e6).fill(1))'],
    ] as const) {
      const program = file(`${name}.cjs`, Buffer.from(text));
      const dying = chunkerFromSource({ [which]: program });
      await expect(dying.cut(path)).rejects.toMatchObject({ code: 'ERR_ML_THREAD_LOST' });
    }
  });

  it('keeps every chunk within its limits', async () => {
    const { chunks } = await chunker.cut(file('limits', noise(13, ringSize)));
    for (let index = 0; index < chunks.length; index += 1)
      expect(chunks.sizeAt(index)).toBeLessThanOrEqual(maxChunk);
  });
});
