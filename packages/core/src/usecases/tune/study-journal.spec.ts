import fc from 'fast-check';

import { MemoryJournal } from '../../adapters/store-memory/index.js';
import type { AppendResult } from '../../store/index.js';
import type { StudyEvent } from '../../tune/study/index.js';
import { entriesOfPart, StudyJournal } from './study-journal.js';

let now = Date.UTC(2026, 0, 1);
const clock = { now: () => (now += 1), monotonic: () => 0 };
const context = 'a'.repeat(64);

function asked(trial: number, by = 'one'): StudyEvent {
  return { type: 'asked', trial, context, params: { x: trial }, origin: 'sampler', by };
}
function told(trial: number): StudyEvent {
  const seeds = [{ seed: 1, values: [trial], runs: ['b'.repeat(64)] }];
  return { type: 'told', trial, state: 'complete', seeds, ms: 1, executed: 1 };
}
const open = (journals: MemoryJournal, workspaceId = 'w') =>
  StudyJournal.open('m', { journals, clock, workspaceId });

describe('StudyJournal', () => {
  it('goes on in another part when one is full, and is read whole', async () => {
    const journals = new MemoryJournal();
    const journal = await open(journals);
    const count = 2 * entriesOfPart + 5;
    for (let trial = 0; trial < count; trial += 1)
      await journal.append((_, say) => {
        if (trial > 0) say(told(trial - 1));
        say(asked(trial));
      });
    const again = await open(journals);
    expect(again.state.trials).toEqual(journal.state.trials);
    expect(again.state.trials.map(({ state }) => state)).toEqual(
      Array.from({ length: count }, (_, trial) => (trial === count - 1 ? 'asked' : 'complete')),
    );
    expect((await open(journals, 'another')).state.trials).toEqual([]);
  });

  it('decides again on what others said, however many write at once', async () => {
    const journals = new MemoryJournal();
    const writers = await Promise.all(Array.from({ length: 4 }, () => open(journals)));
    await Promise.all(
      writers.map(async (journal, writer) => {
        for (let own = 0; own < 80; own += 1)
          await journal.append((state, say) => {
            say(asked(state.trials.length, String(writer)));
          });
      }),
    );
    const { trials } = (await open(journals)).state;
    expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: 320 }, (_, number) => number));
    for (let writer = 0; writer < 4; writer += 1)
      expect(trials.filter(({ by }) => by === String(writer))).toHaveLength(80);
  });

  it('forgets what it could not write', async () => {
    class Failing extends MemoryJournal {
      fails = false;
      override append(...args: Parameters<MemoryJournal['append']>): Promise<AppendResult> {
        return this.fails ? Promise.reject(new Error('the disk is full')) : super.append(...args);
      }
    }
    const journals = new Failing();
    const journal = await open(journals);
    await journal.append((_, say) => {
      say(asked(0));
    });
    journals.fails = true;
    const append = journal.append((_, say) => {
      say(told(0));
      say(asked(1));
    });
    await expect(append).rejects.toThrow('the disk is full');
    expect(journal.state.trials.map(({ state }) => state)).toEqual(['asked']);
    journals.fails = false;
    await journal.append((_, say) => {
      say(told(0));
    });
    expect((await open(journals)).state.trials.map(({ state }) => state)).toEqual(['complete']);
  });

  it.each([
    ['a trial out of turn', asked(3), 'begins trial 3'],
    ['a trial that nobody began', told(0), 'tells of trial 0'],
  ])('refuses %s', async (_, event, why) => {
    const journal = await open(new MemoryJournal());
    await expect(
      journal.append((__, say) => {
        say(event);
      }),
    ).rejects.toThrow(why);
  });

  it('says the same to whoever reads it, whatever was said', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }), async (picks) => {
        const journals = new MemoryJournal();
        const journal = await open(journals);
        for (const pick of picks)
          await journal.append((state, say) => {
            if (pick < state.trials.length) say(told(pick));
            else say(asked(state.trials.length));
          });
        expect((await open(journals)).state.trials).toEqual(journal.state.trials);
      }),
      { numRuns: 30 },
    );
  });
});
