import fc from 'fast-check';

import { digestOf } from '../kernel/index.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import { parseChunkList, recordBytes } from './chunk-list.js';
import { maxChunk, maxSegmentChunks } from './limits.js';
import { segmentsOf } from './segments.js';
import { listOf, listOfSizes } from './testing/chunk-lists.js';
import { noise } from './testing/noise.js';

describe('a list of chunks', () => {
  it('names each chunk with its size', () => {
    const bytes = noise(1, 500_000);
    const list = listOf(bytes);
    expect(list.totalSize()).toBe(bytes.length);
    expect(list.digestAt(0)).toBe(digestOf(bytes.subarray(0, list.sizeAt(0))));
    expect(list.same(0, list.slice(0, 1), 0)).toBe(true);
    expect(list.same(1, list, 0)).toBe(false);
  });

  it('is read as it was written', () => {
    const list = listOfSizes([1, 65_536, maxChunk]);
    const read = parseChunkList(list.bytes, { chunks: 3, size: list.totalSize() });
    expect(read.bytes.equals(list.bytes)).toBe(true);
  });

  const bytes = listOfSizes([10, 20]).bytes;
  it.each([
    ['a byte too few', bytes.subarray(1), { chunks: 2, size: 30 }],
    ['a chunk too many', bytes, { chunks: 1, size: 30 }],
    ['sizes that do not sum', bytes, { chunks: 2, size: 31 }],
    ['a chunk without bytes', listOfSizes([0, 30]).bytes, { chunks: 2, size: 30 }],
    ['a chunk that is too long', listOfSizes([maxChunk + 1]).bytes, { chunks: 1, size: maxChunk + 1 }],
    ['a chunk of 4 GB', listOfSizes([2 ** 32 - 1]).bytes, { chunks: 1, size: 2 ** 32 - 1 }],
  ])('is refused with %s', (_, hostile, expected) => {
    expect(failureOf(() => parseChunkList(hostile, expected)).code).toBe('ERR_ML_DOCUMENT_INVALID');
  });
});

describe('segments', () => {
  it('are the list, whole and in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4000 }), fc.integer(), (length, seed) => {
        const list = listOfSizes(Array<number>(length).fill(7), seed);
        const segments = segmentsOf(list);
        expect(Buffer.concat(segments.map((part) => part.list.bytes)).equals(list.bytes)).toBe(true);
        for (const { list: part, digest, size } of segments) {
          expect(part.length).toBeGreaterThan(0);
          expect(part.length).toBeLessThanOrEqual(maxSegmentChunks);
          expect(size).toBe(7 * part.length);
          expect(digest).toBe(digestOf(part.bytes));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('stay the same but for those that a change touches', () => {
    const list = listOfSizes(Array<number>(20_000).fill(1));
    const changed = Buffer.from(list.bytes);
    changed[9_999 * recordBytes] = (changed[9_999 * recordBytes] ?? 0) ^ 1;
    const after = segmentsOf(parseChunkList(changed, { chunks: 20_000, size: 20_000 }));
    const known = new Set(segmentsOf(list).map((part) => part.digest));
    expect(after.length).toBeGreaterThan(20);
    expect(after.filter((part) => !known.has(part.digest))).toHaveLength(1);
  });
});
