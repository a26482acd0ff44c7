import { digestOf } from '../kernel/index.js';
import type { IncomingObject, ObjectStore } from './object-store.js';
import { failing, flipLast } from './testing/store-place.js';
import type { ObjectStoreRig, StorePlace } from './testing/store-place.js';

/** What an ObjectStore promises of objects that go to other places and come from there. A part of its contract. */
export function describeTravel(current: () => StorePlace): void {
  describe('travelling', () => {
    let rig: ObjectStoreRig;
    let store: ObjectStore;
    beforeEach(() => {
      ({ rig } = current());
      store = rig.store;
    });
    const mb = 1024 * 1024;
    const large = Buffer.alloc(3 * mb + 17, 'some bytes ');
    const whole = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
      const parts: Uint8Array[] = [];
      for await (const part of bytes) parts.push(Buffer.from(part));
      return Buffer.concat(parts);
    };
    /** Comes in pieces, and breaks off with `failure` after `until` bytes. */
    async function* stream(bytes: Buffer, from: number, until = bytes.length): AsyncIterable<Uint8Array> {
      for (let at = from; at < until; at += mb)
        yield Promise.resolve(bytes.subarray(at, Math.min(at + mb, until)));
      if (until < bytes.length) throw new Error('cut off');
    }
    const incoming = (bytes: Buffer, asked: number[] = [], until?: number): IncomingObject => ({
      digest: digestOf(large),
      size: large.length,
      place: 'the moon',
      read: (start) => {
        asked.push(start);
        return Promise.resolve(stream(bytes, start, until));
      },
    });

    it('gives the bytes of any range of an object', async () => {
      const { digest } = await store.putBytes(large);
      const source = await store.source(digest);
      expect(source.size).toBe(large.length);
      for (const [start, end] of [
        [0, large.length],
        [5, 5],
        [mb - 1, 2 * mb + 1],
        [large.length - 1, large.length],
      ] as const)
        expect((await whole(source.read(start, end))).equals(large.subarray(start, end))).toBe(true);
    });

    it('gives no source of what is missing or damaged', async () => {
      const { digest } = await store.putBytes(large);
      rig.damage(digest, flipLast);
      await expect(store.source(digest)).rejects.toEqual(failing('ERR_ML_OBJECT_CORRUPT'));
      expect(rig.quarantined()).toBe(1);
      await expect(store.source(digest)).rejects.toEqual(failing('ERR_ML_OBJECT_MISSING'));
    });

    it('takes an object in as it comes', async () => {
      await store.receive(incoming(large));
      expect((await store.readBytes(digestOf(large))).equals(large)).toBe(true);
      const empty = {
        digest: digestOf(''),
        size: 0,
        place: '',
        read: () => Promise.resolve(stream(Buffer.alloc(0), 0)),
      };
      await store.receive(empty);
      expect(await store.readBytes(digestOf(''))).toHaveLength(0);
    });

    it('asks for the rest alone after an interruption', async () => {
      const asked: number[] = [];
      await expect(store.receive(incoming(large, asked, 2 * mb))).rejects.toThrow('cut off');
      expect(await store.has(digestOf(large))).toBe(false);
      await store.receive(incoming(large, asked));
      expect(asked).toEqual([0, 2 * mb]);
      expect((await store.readBytes(digestOf(large))).equals(large)).toBe(true);
    });

    it('begins again when what came before an interruption was wrong', async () => {
      const asked: number[] = [];
      const torn = Buffer.concat([Buffer.from('x'), large.subarray(1)]);
      await expect(store.receive(incoming(torn, asked, 2 * mb))).rejects.toThrow('cut off');
      await store.receive(incoming(large, asked));
      expect(asked).toEqual([0, 2 * mb, 0]);
      expect(await store.has(digestOf(large))).toBe(true);
    });

    it.each<[string, Buffer]>([
      ['one other bit', flipLast(large)],
      ['fewer bytes', large.subarray(0, -1)],
      ['more bytes', Buffer.concat([large, large])],
      ['none', Buffer.alloc(0)],
    ])('takes in nothing of a place that gives %s, and names it', async (_, bytes) => {
      const failure = expect(store.receive(incoming(bytes))).rejects;
      await failure.toMatchObject({
        code: 'ERR_ML_OBJECT_CORRUPT',
        message: expect.stringContaining('the moon') as string,
      });
      expect(await store.has(digestOf(large))).toBe(false);
      const asked: number[] = [];
      await store.receive(incoming(large, asked));
      expect(asked).toEqual([0]);
    });

    it('heals what is here and damaged, and lets two take in the same', async () => {
      await store.putBytes(large);
      rig.damage(digestOf(large), flipLast);
      await Promise.all([store.receive(incoming(large)), store.receive(incoming(large))]);
      expect((await store.readBytes(digestOf(large))).equals(large)).toBe(true);
    });
  });
}
