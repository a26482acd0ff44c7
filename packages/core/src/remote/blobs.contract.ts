import fc from 'fast-check';

import { bytesSource, collect } from './blob-source.js';
import type { BlobInfo, BlobRange, Blobs, BlobSource } from './blobs.js';

export interface BlobsRig {
  /** A place without any blob. */
  readonly blobs: Blobs;
  /** The same place, opened anew, as by another process. */
  readonly again: Blobs;
  close(): Promise<void> | void;
}

const mb = 1024 * 1024;
const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });

/** Bytes that differ from place to place, so that a part in the wrong place shows. */
function patterned(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
  return bytes;
}

/** What every Blobs promises. `open` makes a rig over a fresh place. */
export function describeBlobs(name: string, open: () => Promise<BlobsRig>): void {
  describe(`${name} as Blobs`, () => {
    let rig: BlobsRig;
    let blobs: Blobs;
    beforeEach(async () => {
      rig = await open();
      blobs = rig.blobs;
    });
    afterEach(() => rig.close());

    const put = (blob: string, bytes: string | Buffer): Promise<void> =>
      blobs.write(blob, bytesSource(Buffer.from(bytes)));
    const get = async (blob: string, range?: BlobRange, from = blobs): Promise<Buffer | undefined> => {
      const stream = await from.read(blob, range);
      return stream === undefined ? undefined : collect(stream, Number.MAX_SAFE_INTEGER);
    };
    const listed = async (prefix: string, from = blobs, after?: string): Promise<BlobInfo[]> => {
      const found: BlobInfo[] = [];
      for await (const { name: blob, size } of from.list(prefix, after)) found.push({ name: blob, size });
      return found;
    };

    it('gives back what was written, to others too, and knows its size', async () => {
      await put('packs/a.pack', 'hello');
      await put('empty', '');
      expect(await get('packs/a.pack', undefined, rig.again)).toEqual(Buffer.from('hello'));
      expect(await get('empty', undefined, rig.again)).toEqual(Buffer.alloc(0));
      expect([await rig.again.size('packs/a.pack'), await rig.again.size('empty')]).toEqual([5, 0]);
    });

    it('answers undefined for what is not there, also below and above names that are', async () => {
      await put('a/b', 'x');
      for (const blob of ['nothing', 'a', 'a/b/c', 'a/c']) {
        expect(await blobs.size(blob)).toBeUndefined();
        expect(await blobs.read(blob)).toBeUndefined();
        expect(await blobs.read(blob, { start: 0, end: 1 })).toBeUndefined();
      }
    });

    it('tells the sizes of many at once, where it can', async () => {
      await put('a/b', 'xyz');
      await put('empty', '');
      const sizes = await blobs.sizes?.(['a/b', 'nothing', 'empty', 'a', 'a/b']);
      if (sizes !== undefined)
        expect([...sizes].sort()).toEqual([
          ['a/b', 3],
          ['empty', 0],
        ]);
      expect(await blobs.sizes?.([])).toEqual(blobs.sizes && new Map());
      await expect(blobs.sizes?.(['../a']) ?? blobs.size('../a')).rejects.toEqual(code('ERR_ML_PATH_UNSAFE'));
    });

    it('tells when each was written, where it can', async () => {
      await put('a/b', 'xyz');
      for await (const { changedAt = Date.now() } of blobs.list(''))
        expect(Math.abs(changedAt - Date.now())).toBeLessThan(3_600_000);
    });

    it('gives any range, and of one that goes past the end as much as there is', async () => {
      const bytes = patterned(2 * mb + 17);
      await put('large', bytes);
      const at = fc.integer({ min: 0, max: bytes.length + 10 });
      await fc.assert(
        fc.asyncProperty(at, at, async (one, two) => {
          const range = { start: Math.min(one, two), end: Math.max(one, two) + 1 };
          expect((await get('large', range))?.equals(bytes.subarray(range.start, range.end))).toBe(true);
        }),
        { numRuns: 20 },
      );
    });

    it('brings a large blob whole, whatever the pieces it is given in', async () => {
      const bytes = patterned(20 * mb + 3);
      const source: BlobSource = {
        size: bytes.length,
        // eslint-disable-next-line @typescript-eslint/require-await -- a source is asynchronous
        async *read(start, end) {
          for (let at = start, step = 1; at < end; at += step, step = (step * 7 + 1) % 3_000_000)
            yield bytes.subarray(at, Math.min(at + step, end));
        },
      };
      await blobs.write('large', source);
      expect((await get('large'))?.equals(bytes)).toBe(true);
    });

    it('replaces a blob as a whole', async () => {
      await put('blob', 'a long one');
      await put('blob', 'short');
      expect(String(await get('blob'))).toBe('short');
    });

    it('lists what is below a prefix at any depth, each once, and no other', async () => {
      expect(await listed('')).toEqual([]);
      for (const blob of ['a/1', 'a/b/2', 'ab/3', 'c']) await put(blob, blob);
      expect(await listed('a/', rig.again)).toEqual([
        { name: 'a/1', size: 3 },
        { name: 'a/b/2', size: 5 },
      ]);
      expect((await listed('')).map((blob) => blob.name)).toEqual(['a/1', 'a/b/2', 'ab/3', 'c']);
      expect(await listed('nothing/')).toEqual([]);
    });

    it('lists by rising name, and from behind any place', async () => {
      // `-` and `.` stand before `/`, digits and letters behind it: whoever sorts folders by their own names is found out.
      const names = [
        'a-b/1',
        'a.b',
        'a/0',
        'a/b/0',
        'a/b/1',
        'a/b.c',
        'a/bc',
        'a0',
        'aa/a',
        'b/a',
        'b^/a',
        'c',
      ];
      for (const blob of names) await put(blob, 'x');
      const rising = [...names].sort();
      for (const after of [...names, '', 'a/', 'a/b/', 'a/b/00', 'a', 'zz'])
        expect((await listed('', rig.again, after)).map((blob) => blob.name)).toEqual(
          rising.filter((blob) => blob > after),
        );
      expect((await listed('a/', blobs, 'a/b/0')).map((blob) => blob.name)).toEqual(['a/b/1', 'a/bc']);
      expect(await listed('a/', blobs, 'b')).toEqual([]);
    });

    it('lists more than one page of a bucket', async () => {
      const names = Array.from({ length: 1100 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
      for (let at = 0; at < names.length; at += 16)
        await Promise.all(names.slice(at, at + 16).map((blob) => blobs.create(blob, Buffer.from(blob))));
      expect((await listed('many/')).map((blob) => blob.name)).toEqual(names);
    });

    it('keeps names with all their characters apart', async () => {
      const names = ['journals/^a/x', 'journals/a/x', 'a@b/c_d-e.f', '00000000.json', `${'x'.repeat(200)}/y`];
      for (const blob of names) await put(blob, blob);
      for (const blob of names) expect(String(await get(blob))).toBe(blob);
      expect((await listed('')).map((blob) => blob.name)).toEqual(names.sort());
    });

    it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a/./b', 'A', 'a b', 'ü', 'a\0', 'a\\b'])(
      'refuses the name %j',
      async (blob) => {
        const refused = code('ERR_ML_PATH_UNSAFE');
        await expect(put(blob, 'x')).rejects.toEqual(refused);
        await expect(blobs.create(blob, Buffer.from('x'))).rejects.toEqual(refused);
        await expect(blobs.read(blob)).rejects.toEqual(refused);
        await expect(blobs.size(blob)).rejects.toEqual(refused);
        await expect(blobs.remove(blob)).rejects.toEqual(refused);
      },
    );

    it('removes, whether it is there or not', async () => {
      await put('blob', 'x');
      await blobs.remove('blob');
      await blobs.remove('blob');
      expect([await blobs.size('blob'), await listed('')]).toEqual([undefined, []]);
    });

    describe('creating', () => {
      it('takes a free name and leaves a taken one as it is', async () => {
        expect(await blobs.create('one', Buffer.from('first'))).toBe(true);
        expect(await rig.again.create('one', Buffer.from('second'))).toBe(false);
        await put('two', 'first');
        expect(await blobs.create('two', Buffer.from('second'))).toBe(false);
        expect([String(await get('one')), String(await get('two'))]).toEqual(['first', 'first']);
      });

      it('gives a name to exactly one of 16 that want it at once', async () => {
        for (let round = 0; round < 5; round += 1) {
          const blob = `journals/a/${String(round)}`;
          const all = Array.from({ length: 16 }, (_, who) =>
            (who % 2 === 0 ? blobs : rig.again).create(blob, Buffer.from(String(who))),
          );
          const won = (await Promise.all(all)).flatMap((isMine, who) => (isMine ? [String(who)] : []));
          expect(won).toHaveLength(1);
          expect(String(await get(blob))).toBe(won[0]);
        }
      });
    });

    describe('what goes wrong on the way', () => {
      const failing = (bytes: Buffer, failure: Error): BlobSource => ({
        size: bytes.length,
        async *read(start, end) {
          yield* bytesSource(bytes).read(start, Math.floor((start + end) / 2));
          throw failure;
        },
      });

      it.each([10, 9 * mb])(
        'leaves nothing of a source of %d bytes that fails, and tells its error',
        async (size) => {
          const failure = new Error('the source failed');
          await expect(blobs.write('blob', failing(patterned(size), failure))).rejects.toBe(failure);
          expect([await blobs.size('blob'), await listed('')]).toEqual([undefined, []]);
          await put('blob', patterned(size));
          expect((await get('blob'))?.equals(patterned(size))).toBe(true);
        },
      );

      it.each([
        ['fewer', -1],
        ['more', 1],
      ])('refuses a source that gives %s bytes than its size', async (_, change) => {
        const bytes = patterned(100);
        const source = { ...bytesSource(bytes), size: bytes.length + change };
        const lying = { ...source, read: () => bytesSource(bytes).read(0, bytes.length) };
        await expect(blobs.write('blob', lying)).rejects.toEqual(code('ERR_ML_SOURCE_CHANGED'));
        expect(await blobs.size('blob')).toBeUndefined();
      });

      it('leaves the old blob when its replacement fails', async () => {
        await put('blob', 'old');
        await expect(blobs.write('blob', failing(patterned(9 * mb), new Error('no')))).rejects.toThrow('no');
        expect(String(await get('blob'))).toBe('old');
      });

      it('stops a write at the signal, before it or amidst it, and leaves nothing', async () => {
        const cancelled = code('ERR_ML_CANCELLED');
        const source = bytesSource(patterned(9 * mb));
        await expect(blobs.write('a', source, { signal: AbortSignal.abort() })).rejects.toEqual(cancelled);
        const stop = new AbortController();
        const stopping: BlobSource = {
          size: source.size,
          async *read(start, end) {
            yield* source.read(start, Math.floor((start + end) / 2));
            stop.abort();
            yield* source.read(Math.floor((start + end) / 2), end);
          },
        };
        await expect(blobs.write('b', stopping, { signal: stop.signal })).rejects.toEqual(cancelled);
        expect(await listed('')).toEqual([]);
      });

      it('stops a read at the signal', async () => {
        await put('blob', patterned(9 * mb));
        const cancelled = code('ERR_ML_CANCELLED');
        await expect(blobs.read('blob', undefined, { signal: AbortSignal.abort() })).rejects.toEqual(
          cancelled,
        );
        const stop = new AbortController();
        const reading = async (): Promise<void> => {
          const stream = (await blobs.read('blob', undefined, { signal: stop.signal })) ?? [];
          for await (const part of stream) if (part.length > 0) stop.abort();
        };
        await expect(reading()).rejects.toEqual(cancelled);
      });

      it('goes on after readers that stopped early', async () => {
        const bytes = patterned(3 * mb);
        await put('blob', bytes);
        for (let turn = 0; turn < 50; turn += 1)
          for await (const part of (await blobs.read('blob')) ?? []) if (part.length > 0) break;
        expect((await get('blob'))?.equals(bytes)).toBe(true);
      });
    });

    it('tells the bytes that come through', async () => {
      const bytes = patterned(9 * mb);
      const counted = { up: 0, down: 0 };
      await blobs.write('blob', bytesSource(bytes), { onBytes: (count) => (counted.up += count) });
      const stream = await blobs.read('blob', undefined, { onBytes: (count) => (counted.down += count) });
      await collect(stream ?? bytesSource(bytes).read(0, 0), Number.MAX_SAFE_INTEGER);
      expect(counted).toEqual({ up: bytes.length, down: bytes.length });
    });
  });
}
