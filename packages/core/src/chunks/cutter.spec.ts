import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import wabt from 'wabt';

import { cutModule } from './cut-module.js';
import { maxChunk, minChunk, turn } from './limits.js';
import { cutBytes } from './testing/cut-bytes.js';
import { noise } from './testing/noise.js';
import { referenceCuts } from './testing/reference-cuts.js';

/** Repeats `pattern` up to a length. */
function periodic(pattern: Uint8Array, length: number): Buffer {
  return Buffer.alloc(length, pattern);
}

const size = fc.oneof(
  fc.integer({ min: 0, max: 600_000 }),
  fc.constantFrom(0, 1, 3, 4, 5),
  fc
    .constantFrom(minChunk, turn, maxChunk, 2 * maxChunk)
    .chain((edge) => fc.integer({ min: edge - 2, max: edge + 2 })),
);

const content = fc.oneof(
  fc.tuple(fc.integer(), size).map(([seed, length]) => noise(seed, length)),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 70 }), size)
    .map(([pattern, length]) => periodic(pattern, length)),
  fc
    .tuple(fc.integer(), size, fc.integer({ min: 1, max: 4 }))
    .map(([seed, length, values]) => noise(seed, length).map((byte) => byte % values)),
);

describe('the cut', () => {
  it('is what the plain reference says, whatever the bytes', () => {
    fc.assert(
      fc.property(content, (bytes) => {
        expect(cutBytes(bytes)).toEqual(referenceCuts(bytes));
      }),
      { numRuns: 60 },
    );
  });

  it('is the same in blocks of any size', () => {
    const blocks = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 200_000 })), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(content, blocks, (bytes, sizes) => {
        const enough = [...sizes, 100_000]; // Else a block of one byte each would take its time.
        expect(cutBytes(bytes, enough)).toEqual(cutBytes(bytes));
      }),
      { numRuns: 60 },
    );
  });

  it('is the same one byte at a time', () => {
    const bytes = noise(5, 300_000);
    expect(cutBytes(bytes, [1])).toEqual(cutBytes(bytes));
  });

  it('keeps between the minimum and the maximum, and averages about 46 KB', () => {
    const sizes = cutBytes(noise(1, 64 * 1024 * 1024));
    for (const [at, length] of sizes.entries()) {
      expect(length).toBeLessThanOrEqual(maxChunk);
      if (at < sizes.length - 1) expect(length).toBeGreaterThan(minChunk);
    }
    const average = (64 * 1024 * 1024) / sizes.length / 1024;
    expect(average).toBeGreaterThan(44);
    expect(average).toBeLessThan(49);
  });

  it('finds its way back behind an insertion', () => {
    const before = noise(2, 4 * 1024 * 1024);
    const after = Buffer.concat([before.subarray(0, 1_000_001), noise(3, 777), before.subarray(1_000_001)]);
    const [old, new_] = [cutBytes(before), cutBytes(after)].map((sizes) => ends(sizes));
    const fromTheEnd = (total: number) => (end: number) => total - end;
    const known = new Set(old?.map(fromTheEnd(before.length)));
    const strange = new_?.filter((end) => end > 1_000_778 && !known.has(fromTheEnd(after.length)(end)));
    expect(strange?.length).toBeLessThanOrEqual(3);
  });

  it('cuts a file without a single feature at the maximum', () => {
    expect(cutBytes(Buffer.alloc(600_000))).toEqual([maxChunk, maxChunk, 600_000 - 2 * maxChunk]);
  });

  it('is pinned: what was sent must be found again by later versions', () => {
    expect(cutBytes(noise(1, 1024 * 1024)).slice(0, 6)).toEqual([
      47_099, 37_998, 71_736, 55_239, 82_853, 41_365,
    ]);
  });
});

it('compiles cut.wat to the committed bytes', async () => {
  const tools = await wabt();
  const text = readFileSync(join(__dirname, 'cut.wat'), 'utf8');
  const module = tools.parseWat('cut.wat', text, { threads: true });
  expect(Buffer.from(module.toBinary({}).buffer).equals(cutModule)).toBe(true);
});

function ends(sizes: readonly number[]): readonly number[] {
  let end = 0;
  return sizes.map((length) => (end += length));
}
