import { digestOf, documentBytes } from '../kernel/index.js';
import type { JsonObject } from '../kernel/index.js';
import type { Journal } from './journal.js';
import { fill } from './testing/journal-rig.js';
import type { JournalRig, OpenJournalRig } from './testing/journal-rig.js';
import { failing } from './testing/store-place.js';

/** What every Journal promises of entries that were changed behind its back. */
export function describeJournalDamage(open: OpenJournalRig, current: () => JournalRig): void {
  describe('damage', () => {
    let rig: JournalRig;
    let journal: Journal;
    const edit = (sequence: number, from: string, to: string): void => {
      rig.replace('list', sequence, Buffer.from(rig.stored('list', sequence).toString().replace(from, to)));
    };
    /** The same journal with another history, in another store. */
    let fork: JournalRig;
    const writeFork = async (): Promise<void> => {
      for (let index = 0; index < 4; index += 1) await fork.journal.append('list', index, { fork: index });
    };
    beforeEach(async () => {
      rig = current();
      journal = rig.journal;
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
      await fill(journal, 'list', 4);
      await fill(journal, 'other', 4);
      await writeFork();
      damage();
      const broken = failing('ERR_ML_JOURNAL_BROKEN');
      await expect(journal.read('list')).rejects.toEqual(broken);
      if (byLast === 'unseen') return;
      await expect(journal.last('list')).rejects.toEqual(broken);
      for (const length of [3, 4]) await expect(journal.append('list', length, {})).rejects.toEqual(broken);
    });

    it('names an entry of a newer format as such', async () => {
      await fill(journal, 'list', 1);
      const stored = JSON.parse(rig.stored('list', 0).toString()) as JsonObject;
      const newer = { ...stored, digest: undefined, formatVersion: 2 };
      rig.replace('list', 0, documentBytes({ ...newer, digest: digestOf(documentBytes(newer)) }));
      await expect(journal.read('list')).rejects.toEqual(failing('ERR_ML_DOCUMENT_INVALID'));
    });

    it('cannot be told from a younger list when it is a cut at the end', async () => {
      await fill(journal, 'list', 3);
      const before = await journal.read('list');
      rig.replace('list', 2, undefined);
      expect(await journal.read('list')).toEqual(before.slice(0, 2));
    });
  });
}
