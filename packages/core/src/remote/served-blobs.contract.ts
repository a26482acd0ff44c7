import { bytesSource } from './blob-source.js';
import type { BlobSource } from './blobs.js';
import type { ServedBlobs } from './served-blobs.js';

export interface ServedBlobsRig {
  /** A place without any blob. */
  readonly blobs: ServedBlobs;
  /** The same place, opened anew, as by another process. */
  readonly again: ServedBlobs;
  close(): Promise<void> | void;
}

const mb = 1024 * 1024;
const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });

/** Bytes that differ from place to place and from writer to writer. */
function patterned(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE(((at + seed) * 2_654_435_761) >>> 0, at);
  return bytes;
}

/** What every ServedBlobs promises beyond Blobs. `open` makes a rig over a fresh place. */
export function describeServedBlobs(name: string, open: () => Promise<ServedBlobsRig>): void {
  describe(`${name} as ServedBlobs`, () => {
    let rig: ServedBlobsRig;
    let blobs: ServedBlobs;
    beforeEach(async () => {
      rig = await open();
      blobs = rig.blobs;
    });
    afterEach(() => rig.close());

    /** Each piece is kept apart from the memory that the next but one uses again. */
    const get = async (blob: string, start = 0, end?: number): Promise<Buffer | undefined> => {
      const opened = await rig.again.open(blob);
      if (opened === undefined) return undefined;
      const pieces: Buffer[] = [];
      try {
        for await (const piece of opened.pieces(start, end ?? opened.size)) pieces.push(Buffer.from(piece));
      } finally {
        await opened.close();
      }
      return Buffer.concat(pieces);
    };
    const listed = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const { name: blob } of blobs.list('')) found.push(blob);
      return found;
    };

    it.each([0, 1, 3 * mb + 5, 20 * mb + 1])('creates a blob of %d bytes and gives it back', async (size) => {
      const bytes = patterned(size);
      expect(await blobs.createFrom('a/b', bytesSource(bytes))).toBe(true);
      expect((await get('a/b'))?.equals(bytes)).toBe(true);
      // Not toEqual, which takes minutes for so many bytes.
      if (size > 2) expect((await get('a/b', 1, size - 1))?.equals(bytes.subarray(1, size - 1))).toBe(true);
    });

    it('opens nothing where there is nothing', async () => {
      await blobs.createFrom('a/b', bytesSource(Buffer.from('x')));
      for (const blob of ['nothing', 'a', 'a/b/c']) expect(await blobs.open(blob)).toBeUndefined();
    });

    it('leaves a taken name as it is, and its source unread', async () => {
      await blobs.createFrom('blob', bytesSource(Buffer.from('first')));
      const unread: BlobSource = {
        size: 6,
        read: () => {
          throw new Error('it was read');
        },
      };
      expect(await rig.again.createFrom('blob', unread)).toBe(false);
      expect(String(await get('blob'))).toBe('first');
    });

    it('gives a name to exactly one of 8 that want it at once, whole', async () => {
      for (const size of [10, 2 * mb]) {
        const blob = `at-once/${String(size)}`;
        const all = Array.from({ length: 8 }, (_, who) =>
          (who % 2 === 0 ? blobs : rig.again).createFrom(blob, bytesSource(patterned(size, who))),
        );
        const won = (await Promise.all(all)).flatMap((isMine, who) => (isMine ? [who] : []));
        expect(won).toHaveLength(1);
        expect((await get(blob))?.equals(patterned(size, won[0]))).toBe(true);
      }
    });

    it('creates nothing of a source that fails, and tells its error', async () => {
      const failure = new Error('the source failed');
      const failing: BlobSource = {
        size: 2 * mb,
        async *read(start, end) {
          yield* bytesSource(patterned(2 * mb)).read(start, Math.floor((start + end) / 2));
          throw failure;
        },
      };
      await expect(blobs.createFrom('blob', failing)).rejects.toBe(failure);
      expect(await listed()).toEqual([]);
    });

    it.each([-1, 1])('refuses a source whose size is wrong by %d', async (change) => {
      const bytes = patterned(100);
      const lying = { size: 100 + change, read: () => bytesSource(bytes).read(0, 100) };
      await expect(blobs.createFrom('blob', lying)).rejects.toEqual(code('ERR_ML_SOURCE_CHANGED'));
      expect(await listed()).toEqual([]);
    });

    it('stops at the signal and leaves nothing', async () => {
      const stop = new AbortController();
      const stopping: BlobSource = {
        size: 2 * mb,
        async *read(start, end) {
          for await (const piece of bytesSource(patterned(2 * mb)).read(start, end)) {
            stop.abort();
            yield piece;
          }
        },
      };
      const creating = blobs.createFrom('blob', stopping, { signal: stop.signal });
      await expect(creating).rejects.toEqual(code('ERR_ML_CANCELLED'));
      expect(await listed()).toEqual([]);
    });

    it('keeps a piece good until two more were asked for', async () => {
      const bytes = patterned(3 * mb);
      await blobs.createFrom('blob', bytesSource(bytes));
      const opened = await blobs.open('blob');
      let at = 0;
      let before: Uint8Array = Buffer.alloc(0);
      for await (const piece of opened?.pieces(0, bytes.length) ?? []) {
        expect(Buffer.from(before).equals(bytes.subarray(at - before.length, at))).toBe(true);
        at += piece.length;
        before = piece;
      }
      expect(at).toBe(bytes.length);
      await opened?.close();
    });

    it('refuses names that leave the place', async () => {
      for (const blob of ['../a', 'a/../../b', '/etc/passwd', 'A']) {
        await expect(blobs.open(blob)).rejects.toEqual(code('ERR_ML_PATH_UNSAFE'));
        await expect(blobs.createFrom(blob, bytesSource(Buffer.from('x')))).rejects.toEqual(
          code('ERR_ML_PATH_UNSAFE'),
        );
      }
    });
  });
}
