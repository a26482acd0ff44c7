import fc from 'fast-check';

import { digestOf } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { planRemoteSweep } from './remote-sweep.js';
import type { RemoteBlobs } from './remote-sweep.js';

const digests = Array.from({ length: 12 }, (_, index) => digestOf(String(index)));
const some = fc.subarray(digests, { minLength: 1 });
const chunkNames = Array.from({ length: 6 }, (_, index) => `chunks/${String(index)}`);

/** Any remote: the same object in packs, whole and in chunks, recipes that take from anything. */
const remotes = fc
  .record({
    packs: fc.array(some, { maxLength: 5 }),
    objects: fc.subarray(digests),
    recipes: fc.array(
      fc.tuple(fc.constantFrom(...digests), fc.subarray([...chunkNames, ...digests.map(objectName)])),
      { maxLength: 6 },
    ),
    chunks: fc.subarray(chunkNames),
  })
  .map(({ packs, objects, recipes, chunks }): RemoteBlobs => ({
    packs: packs.map((held, index) => ({
      name: `packs/${String(index)}`,
      size: held.length,
      objects: held.map((digest) => ({ digest, size: 1 })),
    })),
    objects: objects.map((digest) => ({ name: objectName(digest), size: 1, digest })),
    recipes: [...new Map(recipes)].map(([digest, sources]) => ({
      name: `recipes/${digest}`,
      size: 1,
      digest,
      sources,
    })),
    chunks: chunks.map((name) => ({ name, size: 1 })),
  }));

function objectName(digest: Digest): string {
  return `objects/${digest}`;
}

/** Every way in which each object can be had from what is left. */
function ways(
  { packs, objects, recipes, chunks }: RemoteBlobs,
  gone: ReadonlySet<string>,
): ReadonlyMap<Digest, number> {
  const there = new Set([...objects, ...chunks].map(({ name }) => name).filter((name) => !gone.has(name)));
  const found = [
    ...packs.flatMap((pack) => (gone.has(pack.name) ? [] : pack.objects.map(({ digest }) => digest))),
    ...objects.flatMap(({ name, digest }) => (there.has(name) ? [digest] : [])),
    ...recipes.flatMap(({ name, digest, sources }) =>
      !gone.has(name) && sources.every((source) => there.has(source)) ? [digest] : [],
    ),
  ];
  const counts = new Map<Digest, number>();
  for (const digest of found) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  return counts;
}

describe('planRemoteSweep', () => {
  it('takes no way to anything that is needed, whatever lies there', () => {
    fc.assert(
      fc.property(remotes, fc.subarray(digests), (remote, needed) => {
        const { unneeded } = planRemoteSweep(remote, (digest) => needed.includes(digest));
        const [before, after] = [
          ways(remote, new Set()),
          ways(remote, new Set(unneeded.map(({ name }) => name))),
        ];
        for (const digest of needed) expect(after.get(digest)).toBe(before.get(digest));
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves nothing but what something needed lies in or takes from, and tells why that stays', () => {
    fc.assert(
      fc.property(remotes, fc.subarray(digests), (remote, needed) => {
        const isNeeded = (digest: Digest): boolean => needed.includes(digest);
        const { unneeded, mixed, sources } = planRemoteSweep(remote, isNeeded);
        const gone = new Set(unneeded.map(({ name }) => name));
        const taken = remote.recipes.filter(({ digest }) => isNeeded(digest)).flatMap((one) => one.sources);
        for (const { name, digest } of remote.objects)
          expect(gone.has(name)).toBe(!isNeeded(digest) && !taken.includes(name));
        for (const { name } of remote.chunks) expect(gone.has(name)).toBe(!taken.includes(name));
        for (const pack of remote.packs)
          expect(gone.has(pack.name)).toBe(pack.objects.every(({ digest }) => !isNeeded(digest)));
        expect(sources.every(({ name, digest }) => taken.includes(name) && !isNeeded(digest))).toBe(true);
        for (const { pack, unneeded: its } of mixed)
          expect(its).toEqual(pack.objects.filter(({ digest }) => !isNeeded(digest)));
      }),
      { numRuns: 1000 },
    );
  });
});
