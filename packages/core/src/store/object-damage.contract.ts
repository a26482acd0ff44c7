import * as fs from 'node:fs';

import { digestOf } from '../kernel/index.js';
import type { ObjectRef, ObjectStore } from './object-store.js';
import { failing, flipLast } from './testing/store-place.js';
import type { StorePlace } from './testing/store-place.js';

/** What every ObjectStore promises of objects that were damaged behind its back. */
export function describeDamage(current: () => StorePlace): void {
  describe('damage', () => {
    let place: StorePlace;
    let store: ObjectStore;
    beforeEach(() => {
      place = current();
      store = place.rig.store;
    });
    const stored = async (): Promise<ObjectRef> => {
      place.write('data/one', 'first');
      place.write('data/two', 'second');
      return store.putTree(place.at('data'));
    };
    const damages: [string, (bytes: Buffer) => Buffer][] = [
      ['one bit', flipLast],
      ['a cut', (bytes) => bytes.subarray(0, 3)],
      ['more bytes', (bytes) => Buffer.concat([bytes, bytes])],
      ['no bytes left', () => Buffer.alloc(0)],
    ];

    it.each(damages)('is found and never handed out: %s', async (_, change) => {
      const ref = await stored();
      place.write('target', 'untouched');
      place.rig.damage(digestOf('second'), change);
      await expect(store.materialise(ref, place.at('target'))).rejects.toEqual(
        failing('ERR_ML_OBJECT_CORRUPT'),
      );
      expect(fs.readdirSync(place.at(''))).toEqual(['data', 'target']);
      expect(fs.readFileSync(place.at('target'), 'utf8')).toBe('untouched');
      expect([place.rig.quarantined(), await store.has(digestOf('second'))]).toEqual([1, false]);
      await expect(store.materialise(ref, place.at('target'))).rejects.toEqual(
        failing('ERR_ML_OBJECT_MISSING'),
      );
      await store.putFile(place.at('data/two'));
      await store.materialise(ref, place.at('target'));
      expect(place.contents('target')).toEqual({ one: 'first', two: 'second' });
    });

    it.each(damages)('is found by readBytes: %s', async (_, change) => {
      await stored();
      place.rig.damage(digestOf('second'), change);
      await expect(store.readBytes(digestOf('second'))).rejects.toEqual(failing('ERR_ML_OBJECT_CORRUPT'));
      await expect(store.readBytes(digestOf('second'))).rejects.toEqual(failing('ERR_ML_OBJECT_MISSING'));
    });

    it.each(damages)('is healed by the next put, also when nobody had noticed: %s', async (_, change) => {
      const ref = await stored();
      const large = Buffer.alloc(2_500_000, 'large');
      await store.putFile(place.write('large', large));
      for (const digest of [digestOf('second'), digestOf(large), ref.digest])
        place.rig.damage(digest, change);
      await store.putTree(place.at('data'));
      await store.putFile(place.at('large'));
      expect(await store.verify(ref)).toEqual({ missing: [], corrupt: [] });
      expect((await store.readBytes(digestOf(large))).equals(large)).toBe(true);
      expect(place.rig.quarantined()).toBe(3);
    });

    it('is listed by verify, beside what is missing', async () => {
      const ref = await stored();
      place.rig.damage(digestOf('first'), flipLast);
      expect(await store.verify(ref)).toEqual({ missing: [], corrupt: [digestOf('first')] });
      place.rig.damage(digestOf('second'), flipLast);
      expect(await store.verify(ref)).toEqual({
        missing: [digestOf('first')],
        corrupt: [digestOf('second')],
      });
      place.rig.damage(ref.digest, flipLast);
      expect(await store.verify(ref)).toEqual({ missing: [], corrupt: [ref.digest] });
      expect(await store.verify(ref)).toEqual({ missing: [ref.digest], corrupt: [] });
    });
  });
}
