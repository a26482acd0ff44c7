import fc from 'fast-check';

import { digestOf, documentBytes } from '../kernel/index.js';
import type { JsonObject } from '../kernel/index.js';
import type { Journal } from './journal.js';

export interface JournalRig {
  readonly journal: Journal;
  /** The stored bytes of an entry. */
  stored(name: string, sequence: number): Buffer;
  /** Replaces or removes an entry behind the journal's back. */
  replace(name: string, sequence: number, bytes: Buffer | undefined): void;
  close(): void;
}

/** What every Journal promises. `open` makes a fresh one. */
export function describeJournal(name: string, open: () => Promise<JournalRig>): void {
  describe(`${name} as a Journal`, () => {
    let rig: JournalRig;
    let journal: Journal;
    const code = (value: string): unknown => expect.objectContaining({ name: 'MlError', code: value });
    const fill = async (list: string, count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1)
        expect(await journal.append(list, index, { list, index })).toMatchObject({ appended: true });
    };
    /** Appends at whatever the length is by then. */
    const insist = async (list: string, payload: JsonObject): Promise<void> => {
      let length = 0;
      for (;;) {
        const result = await journal.append(list, length, payload);
        if (result.appended) return;
        length = result.length;
      }
    };

    beforeEach(async () => {
      rig = await open();
      journal = rig.journal;
    });
    afterEach(() => {
      rig.close();
    });

    it('is empty when never written', async () => {
      expect(await journal.read('new')).toEqual([]);
      expect(await journal.last('new')).toBeUndefined();
    });

    it('keeps entries in order, each naming the one before', async () => {
      await fill('list', 3);
      const entries = await journal.read('list');
      expect(entries.map(({ sequence, payload }) => [sequence, payload])).toEqual([
        [0, { list: 'list', index: 0 }],
        [1, { list: 'list', index: 1 }],
        [2, { list: 'list', index: 2 }],
      ]);
      expect(entries.map((entry) => entry.previous)).toEqual([null, entries[0]?.digest, entries[1]?.digest]);
      expect(await journal.last('list')).toEqual(entries[2]);
      expect(await journal.append('list', 3, {})).toMatchObject({ entry: { previous: entries[2]?.digest } });
    });

    it('answers a wrong length with the right one and writes nothing', async () => {
      await fill('list', 2);
      for (const length of [0, 1, 3])
        expect(await journal.append('list', length, {})).toEqual({ appended: false, length: 2 });
      expect(await journal.append('none', 1, {})).toEqual({ appended: false, length: 0 });
      expect(await journal.read('list')).toHaveLength(2);
    });

    it('gives one position to one of many who try it at once', async () => {
      await fill('list', 1);
      const tries = Array.from({ length: 16 }, (_, who) => journal.append('list', 1, { who }));
      const results = await Promise.all(tries);
      expect(results.filter((result) => result.appended)).toHaveLength(1);
      const losers = results.flatMap((result) => (result.appended ? [] : [result.length]));
      expect(losers).toEqual(Array.from({ length: 15 }, () => 2));
    });

    it('loses and doubles nothing with 16 writers', async () => {
      const all = Array.from({ length: 48 }, (_, index) => ({
        writer: index % 16,
        turn: Math.floor(index / 16),
      }));
      const writer = async (who: number): Promise<void> => {
        for (const payload of all.filter((item) => item.writer === who)) await insist('shared', payload);
      };
      await Promise.all(Array.from({ length: 16 }, (_, who) => writer(who)));
      const found = (await journal.read('shared')).map((entry) => JSON.stringify(entry.payload));
      expect(found.sort()).toEqual(
        all.map(({ turn, writer: who }) => JSON.stringify({ turn, writer: who })).sort(),
      );
    });

    it('keeps names apart that differ by case or where one begins like another', async () => {
      const names = ['a', 'A', 'a/b', 'a/B', 'ab', 'a/b/c', '.a', 'a-@_.1', 'x'.repeat(100)];
      for (const list of names) await insist(list, { list });
      for (const list of names)
        expect((await journal.read(list)).map((entry) => entry.payload)).toEqual([{ list }]);
    });

    it.each([
      '',
      '/',
      'a/',
      '/a',
      'a//b',
      '.',
      '..',
      'a/../b',
      'a b',
      'a\\b',
      'ü',
      'x'.repeat(101),
      '1/2/3/4/5/6/7/8/9',
      'a/00000000.json',
    ])('refuses the name %j', async (list) => {
      const expected = code('ERR_ML_DOCUMENT_INVALID');
      await expect(journal.append(list, 0, {})).rejects.toEqual(expected);
      await expect(journal.read(list)).rejects.toEqual(expected);
      await expect(journal.last(list)).rejects.toEqual(expected);
    });

    it.each([
      ['too large', { text: 'x'.repeat(256 * 1024) }],
      ['not a number', { value: NaN }],
      ['a list', [] as unknown as JsonObject],
      ['a text', 'text' as unknown as JsonObject],
    ])('refuses a payload that is %s', async (_, payload) => {
      await expect(journal.append('list', 0, payload)).rejects.toEqual(code('ERR_ML_DOCUMENT_INVALID'));
      expect(await journal.read('list')).toEqual([]);
    });

    it('brings back any payload', async () => {
      let length = 0;
      await fc.assert(
        fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (value) => {
          const payload = JSON.parse(JSON.stringify(value)) as JsonObject;
          await journal.append('any', length, payload);
          length += 1;
          expect((await journal.last('any'))?.payload).toEqual(payload);
        }),
        { numRuns: 40 },
      );
      expect(await journal.read('any')).toHaveLength(length);
    });

    describe('damage', () => {
      const edit = (sequence: number, from: string, to: string): void => {
        rig.replace('list', sequence, Buffer.from(rig.stored('list', sequence).toString().replace(from, to)));
      };
      /** The same journal with another history, in another store. */
      let fork: JournalRig;
      const writeFork = async (): Promise<void> => {
        for (let index = 0; index < 4; index += 1) await fork.journal.append('list', index, { fork: index });
      };
      beforeEach(async () => {
        fork = await open();
      });
      afterEach(() => {
        fork.close();
      });
      const damages: [string, () => void, 'seen' | 'unseen'][] = [
        [
          'an edit of the last entry',
          () => {
            edit(3, '"index":3', '"index":7');
          },
          'seen',
        ],
        [
          'an edit in the middle',
          () => {
            edit(1, '"index":1', '"index":7');
          },
          'unseen',
        ],
        [
          'another form of the same JSON',
          () => {
            edit(3, '{', '{ ');
          },
          'seen',
        ],
        [
          'a text behind it',
          () => {
            rig.replace('list', 3, Buffer.concat([rig.stored('list', 3), Buffer.from('\n')]));
          },
          'seen',
        ],
        [
          'a cut',
          () => {
            rig.replace('list', 3, rig.stored('list', 3).subarray(0, 40));
          },
          'seen',
        ],
        [
          'emptiness',
          () => {
            rig.replace('list', 3, Buffer.alloc(0));
          },
          'seen',
        ],
        [
          'nesting without end',
          () => {
            rig.replace('list', 3, Buffer.from('['.repeat(200_000)));
          },
          'seen',
        ],
        [
          'a gap',
          () => {
            rig.replace('list', 1, undefined);
          },
          'seen',
        ],
        [
          'a missing beginning',
          () => {
            rig.replace('list', 0, undefined);
          },
          'seen',
        ],
        [
          'two entries exchanged',
          () => {
            const [two, three] = [rig.stored('list', 2), rig.stored('list', 3)];
            rig.replace('list', 2, three);
            rig.replace('list', 3, two);
          },
          'seen',
        ],
        [
          'entries that moved up over a gap',
          () => {
            rig.replace('list', 1, rig.stored('list', 2));
            rig.replace('list', 2, rig.stored('list', 3));
            rig.replace('list', 3, undefined);
          },
          'seen',
        ],
        [
          'the last entry of another journal',
          () => {
            rig.replace('list', 3, rig.stored('other', 3));
          },
          'seen',
        ],
        [
          'the first entry of another journal',
          () => {
            rig.replace('list', 0, rig.stored('other', 0));
          },
          'unseen',
        ],
        [
          'every entry of another journal',
          () => {
            for (let sequence = 0; sequence < 4; sequence += 1)
              rig.replace('list', sequence, rig.stored('other', sequence));
          },
          'seen',
        ],
        [
          'an entry of another history',
          () => {
            rig.replace('list', 3, fork.stored('list', 3));
          },
          'seen',
        ],
      ];

      it.each(damages)('is found: %s', async (_, damage, byLast) => {
        await fill('list', 4);
        await fill('other', 4);
        await writeFork();
        damage();
        const broken = code('ERR_ML_JOURNAL_BROKEN');
        await expect(journal.read('list')).rejects.toEqual(broken);
        if (byLast === 'unseen') return;
        await expect(journal.last('list')).rejects.toEqual(broken);
        for (const length of [3, 4]) await expect(journal.append('list', length, {})).rejects.toEqual(broken);
      });

      it('names an entry of a newer format as such', async () => {
        await fill('list', 1);
        const stored = JSON.parse(rig.stored('list', 0).toString()) as JsonObject;
        const newer = { ...stored, digest: undefined, formatVersion: 2 };
        rig.replace('list', 0, documentBytes({ ...newer, digest: digestOf(documentBytes(newer)) }));
        await expect(journal.read('list')).rejects.toEqual(code('ERR_ML_DOCUMENT_INVALID'));
      });

      it('cannot be told from a younger list when it is a cut at the end', async () => {
        await fill('list', 3);
        const before = await journal.read('list');
        rig.replace('list', 2, undefined);
        expect(await journal.read('list')).toEqual(before.slice(0, 2));
      });
    });
  });
}
