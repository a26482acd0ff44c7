import { MemoryBlobs } from '@nx-ml/core/adapters/remote-memory';
import { parseScope, protectedScope } from '@nx-ml/core/cache';
import { budgetState, encodeBudgetEntry } from '@nx-ml/core/gate';
import type { BudgetEntry } from '@nx-ml/core/gate';
import { open, override, question, retire, step } from '@nx-ml/core/gate/testing';
import { encodeJournalEntry, journalEntryName } from '@nx-ml/core/store';
import type { JournalEntry } from '@nx-ml/core/store';
import fc from 'fast-check';

import { Budgets } from './budgets.js';
import { checkAppend } from './append-rights.js';
import { ScopedBlobs } from './scoped-blobs.js';

const journal = 'gate/w/test';
const junk = { type: 'junk' };

/** Journals as some server wrote them, and what is read of them. */
class Stored {
  readonly blobs = new MemoryBlobs();
  readonly shared = new ScopedBlobs(this.blobs, 'store/shared/');
  reads = 0;

  constructor() {
    const opened = this.blobs.open.bind(this.blobs);
    this.blobs.open = (name) => {
      this.reads += 1;
      return opened(name);
    };
  }

  write(
    entries: readonly (BudgetEntry | typeof junk)[],
    { name = journal, after }: WriteTo = {},
  ): JournalEntry[] {
    const written: JournalEntry[] = [];
    for (const payload of entries) {
      const last = written.at(-1) ?? after;
      const { entry, bytes } = encodeJournalEntry({
        name,
        after: last,
        payload: payload === junk ? junk : encodeBudgetEntry(payload as BudgetEntry),
      });
      this.blobs.blobs.set(`store/shared/journals/${name}/${journalEntryName(entry.sequence)}`, bytes);
      written.push(entry);
    }
    return written;
  }

  /** @returns entries that were read meanwhile */
  async readsOf(run: () => Promise<unknown>): Promise<number> {
    const before = this.reads;
    await run();
    return this.reads - before;
  }
}

interface WriteTo {
  readonly name?: string;
  readonly after?: JournalEntry | undefined;
}

const steps = (count: number, from = 0): BudgetEntry[] =>
  Array.from({ length: count }, (_, n) => step(question(String(from + n))));
const wide = open({ steps: 1_000_000 });

describe('what is known of the journal of a test set', () => {
  it('is read once, and then by its last entry alone, however long it is', async () => {
    const stored = new Stored();
    const written = stored.write([wide, ...steps(1000)]);
    const budgets = new Budgets(stored.shared);
    expect(await stored.readsOf(() => budgets.before(journal, 1001))).toBe(1001);
    let last = written.at(-1);
    for (let sequence = 1001; sequence < 1010; sequence += 1) {
      const known = await budgets.before(journal, sequence);
      [last] = stored.write(steps(1, sequence), { after: last });
      if (known !== undefined && last !== undefined) budgets.append(journal, known, last);
    }
    expect(await stored.readsOf(() => budgets.before(journal, 1010))).toBe(1);
    expect((await budgets.before(journal, 1010))?.ledger.answers.size).toBe(1009);
  });

  it('catches up with what another server appended, and reads no more than that', async () => {
    const stored = new Stored();
    const written = stored.write([wide, ...steps(100)]);
    const budgets = new Budgets(stored.shared);
    await budgets.before(journal, 101);
    stored.write([...steps(3, 200), retire()], { after: written.at(-1) });
    expect(await stored.readsOf(() => budgets.before(journal, 105))).toBe(5);
    expect((await budgets.before(journal, 105))?.ledger.opened).toBeNull();
  });

  it('is forgotten where a backup was restored: shorter, or another story', async () => {
    const stored = new Stored();
    stored.write([wide, ...steps(10)]);
    const budgets = new Budgets(stored.shared);
    await budgets.before(journal, 11);
    expect((await budgets.before(journal, 5))?.ledger.answers.size).toBe(4);
    stored.write([open({ steps: 7 }), ...steps(4, 50)]);
    expect((await budgets.before(journal, 5))?.ledger.opened?.steps).toBe(7);
  });

  it('is what a reader of the whole journal would know, after any entries that are taken', async () => {
    const entries = fc.constantFrom<BudgetEntry>(
      open({ steps: 4, promotions: 2 }),
      ...['a', 'b', 'c'].flatMap((name) => [step(question(name)), step(question(name, 'other'), true)]),
      override(question('a')),
      retire('mails'),
      retire(),
    );
    const scopes = fc.constantFrom(protectedScope, parseScope('pr-7'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(scopes, entries), { maxLength: 20 }), async (tried) => {
        const stored = new Stored();
        const budgets = new Budgets(stored.shared, 5);
        const taken: BudgetEntry[] = [];
        let last: JournalEntry | undefined;
        for (const [scope, payload] of tried) {
          const known = await budgets.before(journal, taken.length);
          if (known === undefined) throw new Error('there is one');
          const { entry } = encodeJournalEntry({
            name: journal,
            after: last,
            payload: encodeBudgetEntry(payload),
          });
          const before = budgetState(taken);
          if (
            !passes(() => {
              checkAppend(scope, known, entry);
            })
          ) {
            expect(budgetState(taken)).toEqual(before);
            // The protected scope is refused nothing that readers would take.
            if (scope === protectedScope) expect(passes(() => budgetState([...taken, payload]))).toBe(false);
            continue;
          }
          [last] = stored.write([payload], { after: last });
          if (last !== undefined) budgets.append(journal, known, last);
          taken.push(payload);
          const after = budgetState(taken);
          if (scope === protectedScope) continue;
          expect([after.retired, after.overrides]).toEqual([before.retired, before.overrides]);
          if (before.opened === null) expect([payload.type, before.left]).toEqual(['open', 0]);
          else expect([after.opened, after.stepsUsed]).toEqual([before.opened, before.stepsUsed + 1]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('takes bounded memory: what was used last, and what went is read again', async () => {
    const stored = new Stored();
    const budgets = new Budgets(stored.shared, 100);
    for (const name of ['gate/a', 'gate/b', 'gate/c']) {
      stored.write([wide, ...steps(29)], { name });
      await budgets.before(name, 30);
    }
    expect(await stored.readsOf(() => budgets.before('gate/c', 30))).toBe(1);
    expect(await stored.readsOf(() => budgets.before('gate/b', 30))).toBe(1);
    expect(await stored.readsOf(() => budgets.before('gate/a', 30))).toBe(30);
  });

  it('costs nothing where the entry before is not there', async () => {
    const stored = new Stored();
    stored.write([wide, ...steps(50)]);
    const budgets = new Budgets(stored.shared);
    expect(
      await stored.readsOf(async () => {
        expect(await budgets.before(journal, 99_999_999)).toBeUndefined();
      }),
    ).toBe(0);
  });

  it.each<[string, (stored: Stored) => void]>([
    ['a step under no budget', (stored) => stored.write([...steps(200)])],
    ['an entry that is none of a budget', (stored) => stored.write([junk, ...steps(200)])],
    [
      'a gap',
      (stored) => {
        stored.write([wide, ...steps(200)]);
        stored.blobs.blobs.delete(`store/shared/journals/${journal}/00000100.json`);
      },
    ],
    [
      'a chain that was cut',
      (stored) => {
        stored.write([wide, ...steps(200)]);
        stored.blobs.blobs.set(`store/shared/journals/${journal}/00000100.json`, Buffer.from('junk'));
      },
    ],
  ])('refuses what would follow %s, without reading to its end twice', async (_, write) => {
    const stored = new Stored();
    write(stored);
    const budgets = new Budgets(stored.shared);
    const ask = (): Promise<unknown> => budgets.before(journal, 200);
    await expect(ask()).rejects.toMatchObject({ status: 422 });
    expect(await stored.readsOf(() => ask().catch(() => undefined))).toBeLessThan(40);
  });
});

function passes(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}
