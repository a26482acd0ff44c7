import fc from 'fast-check';

import { digestOf, hexOf } from '../kernel/index.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import { PackCatalogue } from './pack-catalogue.js';
import { encodePackIndex, maxIndexBytes, PackIndex } from './pack-index.js';
import type { PackedObject } from './pack-index.js';
import { packSource, planPacks } from './pack-plan.js';
import { collect } from './blob-source.js';

const object = (text: string, size = text.length): PackedObject => ({ digest: digestOf(text), size });
const objects = fc.uniqueArray(fc.string({ maxLength: 40 }), { maxLength: 40, minLength: 1 });

describe('The index of a pack', () => {
  it('tells where each object lies, and of no other', () => {
    fc.assert(
      fc.property(objects, (texts) => {
        const catalogue = new PackCatalogue();
        const bytes = encodePackIndex(texts.map((text) => object(text)));
        catalogue.add(digestOf(bytes), PackIndex.decode(bytes, 'here'));
        let offset = 0;
        for (const text of texts) {
          expect(catalogue.find(digestOf(text))).toEqual([
            { pack: digestOf(bytes), offset, size: text.length },
          ]);
          offset += text.length;
        }
        expect(catalogue.packSize(digestOf(bytes))).toBe(offset);
        expect(catalogue.find(digestOf('another'.repeat(10)))).toEqual([]);
        const digests = [...PackIndex.decode(bytes, '').digests()];
        expect(digests).toEqual(texts.map((text) => digestOf(text)).sort());
      }),
    );
  });

  it('finds an object in each pack that has it, and no more in one that was removed', () => {
    const catalogue = new PackCatalogue();
    const packs = ['a', 'b'].map((other) => encodePackIndex([object(other), object('both')]));
    for (const pack of packs) catalogue.add(digestOf(pack), PackIndex.decode(pack, ''));
    const found = (): string[] => catalogue.find(digestOf('both')).map(({ pack }) => pack);
    expect(found().sort()).toEqual(packs.map(digestOf).sort());
    catalogue.remove(digestOf(packs[0] ?? ''));
    expect(found()).toEqual([digestOf(packs[1] ?? '')]);
  });

  const entry = (digest: string, offset: number, size: number): Buffer => {
    const bytes = Buffer.alloc(40);
    bytes.write(hexOf(digestOf(digest)), 'hex');
    bytes.writeUInt32BE(offset, 32);
    bytes.writeUInt32BE(size, 36);
    return bytes;
  };
  const index = (entries: readonly Buffer[], count = entries.length, magic = 'nxmlpix1'): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(count);
    return Buffer.concat([Buffer.from(magic), head, ...entries]);
  };
  const [low, high] = digestOf('a') < digestOf('b') ? ['a', 'b'] : ['b', 'a'];
  const honest = [entry(low, 0, 10), entry(high, 10, 5)];

  it('is what the design says', () => {
    expect(encodePackIndex([object(low, 10), object(high, 5)])).toEqual(index(honest));
  });

  it.each<[string, Buffer]>([
    ['has nothing', Buffer.alloc(0)],
    ['is of another format', index(honest, 2, 'nxmlpix2')],
    ['names none', index([])],
    ['names 10^9', index(honest, 1_000_000_000)],
    ['is cut', index(honest).subarray(0, -1)],
    ['has more than it says', Buffer.concat([index(honest), Buffer.from('x')])],
    ['names fewer than it has', index(honest, 1)],
    ['is out of order', index([entry(high, 0, 10), entry(low, 10, 5)])],
    ['names one twice', index([entry(low, 0, 10), entry(low, 10, 5)])],
    ['has an overlap', index([entry(low, 0, 10), entry(high, 9, 5)])],
    ['has a gap', index([entry(low, 0, 10), entry(high, 11, 5)])],
    ['does not begin at the start', index([entry(low, 1, 10), entry(high, 11, 5)])],
    ['points far out', index([entry(low, 0, 10), entry(high, 0xffffffff, 5)])],
    ['has an object too large for a pack', index([entry(low, 0, 10), entry(high, 10, 1024 * 1024)])],
    ['is longer than any may be', index([], 100_001).subarray(0, maxIndexBytes)],
  ])('is refused when it %s', (_, bytes) => {
    expect(failureOf(() => PackIndex.decode(bytes, 'remote/packs/x.index'))).toMatchObject({
      code: 'ERR_ML_DOCUMENT_INVALID',
      message: expect.stringContaining('remote/packs/x.index') as string,
    });
  });

  it('is refused or harmless whatever bits are turned over', () => {
    const bytes = encodePackIndex(['a', 'bb', 'ccc', 'dddd'].map((text) => object(text)));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ mask, at);
        // Its name is its digest, so that it is refused before it is decoded; what decoding lets through lies within the pack.
        expect(digestOf(changed)).not.toBe(digestOf(bytes));
        try {
          const decoded = PackIndex.decode(changed, '');
          for (let entryAt = 0; entryAt < decoded.count; entryAt += 1) {
            const { offset, size } = decoded.slice(entryAt);
            expect(offset + size).toBeLessThanOrEqual(decoded.packSize);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_ML_DOCUMENT_INVALID' });
        }
      }),
    );
  });
});

describe('Planned packs', () => {
  it('hold all objects in their order, and the same ones each time', () => {
    const many = Array.from({ length: 300 }, (_, at) => object(String(at), 500_000));
    const plans = planPacks(many);
    expect(plans.flatMap((plan) => plan.objects)).toEqual(many);
    expect(plans.map((plan) => plan.objects.length)).toEqual([68, 68, 68, 68, 28]);
    expect(planPacks(many)).toEqual(plans);
    expect(plans.every((plan) => plan.pack === digestOf(plan.index))).toBe(true);
    expect(planPacks([])).toEqual([]);
  });

  it('read as one piece from any offset', async () => {
    await fc.assert(
      fc.asyncProperty(objects, fc.nat(200), fc.nat(200), async (texts, one, two) => {
        const byDigest = new Map(texts.map((text) => [digestOf(text), Buffer.from(text)]));
        const packed = [...byDigest].map(([digest, bytes]) => ({ digest, size: bytes.length }));
        const whole = Buffer.concat([...byDigest.values()]);
        const [plan] = planPacks(packed);
        if (plan === undefined) throw new Error('no plan');
        const source = packSource(plan, (digest) => Promise.resolve(byDigest.get(digest) ?? Buffer.alloc(0)));
        expect(source.size).toBe(whole.length);
        const [start, end] = [Math.min(one, two, whole.length), Math.min(Math.max(one, two), whole.length)];
        expect(await collect(source.read(start, end), 10_000)).toEqual(whole.subarray(start, end));
      }),
    );
  });
});
