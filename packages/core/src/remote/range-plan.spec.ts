import fc from 'fast-check';

import { digestOf } from '../kernel/index.js';
import { planRanges, sliceRange } from './range-plan.js';
import type { WantedSlice } from './range-plan.js';

const kb = 1024;

/** A pack of these sizes, and of which objects somebody wants. */
const packs = fc.array(fc.tuple(fc.nat({ max: 500 * kb }), fc.boolean()), { minLength: 1, maxLength: 60 });

function sliced(sizes: readonly (readonly [number, boolean])[]): WantedSlice[] {
  let offset = 0;
  return sizes.flatMap(([size, isWanted], at) => {
    const slice = { pack: digestOf('pack'), digest: digestOf(String(at)), offset, size };
    offset += size;
    return isWanted ? [slice] : [];
  });
}

describe('The ranges that bring objects of a pack', () => {
  it('bring each wanted object once, whole, in few requests', async () => {
    await fc.assert(
      fc.asyncProperty(packs, fc.integer({ min: 500, max: 300 * kb }), async (sizes, piece) => {
        const wanted = sliced(sizes);
        const pack = Buffer.alloc(sizes.reduce((sum, [size]) => sum + size, 0));
        const contentOf = (digest: string, size: number): Buffer => Buffer.alloc(size, digest);
        for (const { offset, size, digest } of wanted) contentOf(digest, size).copy(pack, offset);
        const ranges = planRanges(wanted);
        const found = new Map<string, number>();
        for (const range of ranges) {
          expect(range.end - range.start).toBeLessThanOrEqual(16 * kb * kb);
          // eslint-disable-next-line @typescript-eslint/require-await -- as a remote would
          const stream = (async function* (): AsyncIterable<Uint8Array> {
            for (let at = range.start; at < range.end; at += piece)
              yield pack.subarray(at, Math.min(at + piece, range.end));
          })();
          for await (const { digest, bytes } of sliceRange(stream, range)) {
            expect(bytes.equals(contentOf(digest, bytes.length))).toBe(true);
            expect(found.has(digest)).toBe(false);
            found.set(digest, bytes.length);
          }
        }
        expect(found).toEqual(new Map(wanted.map(({ digest, size }) => [digest, size])));
        for (const [at, range] of ranges.entries()) {
          const before = ranges[at - 1];
          if (before === undefined) continue;
          const isFar = range.start - before.end > 256 * kb;
          expect(isFar || (range.objects[0]?.size ?? 0) + range.start - before.start > 16 * kb * kb).toBe(
            true,
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives only the objects that came whole when the stream ends early', async () => {
    const [range] = planRanges(
      sliced([
        [10, true],
        [10, true],
      ]),
    );
    if (range === undefined) throw new Error('no range');
    const found: string[] = [];
    // eslint-disable-next-line @typescript-eslint/require-await -- as a remote would
    const cut = (async function* (): AsyncIterable<Uint8Array> {
      yield Buffer.alloc(19);
    })();
    for await (const { digest } of sliceRange(cut, range)) found.push(digest);
    expect(found).toEqual([digestOf('0')]);
  });

  it('asks for packs apart from one another', () => {
    const one = sliced([[10, true]]);
    const two = one.map((slice) => ({ ...slice, pack: digestOf('other') }));
    expect(planRanges([...one, ...two]).map(({ pack }) => pack)).toEqual([
      digestOf('pack'),
      digestOf('other'),
    ]);
    expect(planRanges([])).toEqual([]);
  });
});
