import fc from 'fast-check';

import type { JsonObject } from '../kernel/index.js';
import type { Journal } from './journal.js';
import { describeJournalDamage } from './journal-damage.contract.js';
import { fill } from './testing/journal-rig.js';
import type { JournalRig, OpenJournalRig } from './testing/journal-rig.js';
import { failing } from './testing/store-place.js';

/** What every Journal promises. `open` makes a fresh one. */
export function describeJournal(name: string, open: OpenJournalRig): void {
  describe(`${name} as a Journal`, () => {
    let rig: JournalRig;
    let journal: Journal;
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
      await fill(journal, 'list', 3);
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
      await fill(journal, 'list', 2);
      for (const length of [0, 1, 3])
        expect(await journal.append('list', length, {})).toEqual({ appended: false, length: 2 });
      expect(await journal.append('none', 1, {})).toEqual({ appended: false, length: 0 });
      expect(await journal.read('list')).toHaveLength(2);
    });

    it('gives one position to one of many who try it at once', async () => {
      await fill(journal, 'list', 1);
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
      const expected = failing('ERR_ML_DOCUMENT_INVALID');
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
      await expect(journal.append('list', 0, payload)).rejects.toEqual(failing('ERR_ML_DOCUMENT_INVALID'));
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

    describeJournalDamage(open, () => rig);
  });
}
