import { fromHex } from '../../kernel/index.js';
import type { RunKey } from '../../provenance/index.js';
import { distinctEntries, monthSaved } from '../../savings/index.js';
import type { MonthSaved, SavingsEntry, SparedRuns } from '../../savings/index.js';
import type { RunStore } from '../records/run-store.js';
import { timeOf } from './record-spared.js';
import type { SavingsLedger } from './savings-ledger.js';

export interface TellSavingsDeps {
  /** This machine’s, and the remote’s where there is one. */
  readonly ledgers: readonly SavingsLedger[];
  /** May ask the remote for records that are not here. */
  readonly runs: RunStore;
}

/** What was saved in each of these months; months without an entry are left out. */
export async function tellSavings(
  months: readonly string[],
  { ledgers, runs }: TellSavingsDeps,
): Promise<readonly MonthSaved[]> {
  const known = new Map<string, Promise<{ readonly ms?: number }>>();
  const saved: MonthSaved[] = [];
  for (const month of months) {
    const entries = (await Promise.all(ledgers.map((ledger) => ledger.read(month)))).flat();
    if (entries.length === 0) continue;
    const timed = await Promise.all(
      distinctEntries(entries).map((entry) => withTimes(entry, { runs, known })),
    );
    saved.push(monthSaved(month, timed));
  }
  return saved;
}

interface Times {
  readonly runs: RunStore;
  /** By the runs of an item: the same ones are spared again and again. */
  readonly known: Map<string, Promise<{ readonly ms?: number }>>;
}

async function withTimes(entry: SavingsEntry, times: Times): Promise<SavingsEntry> {
  const spared: SparedRuns[] = [];
  for (const one of entry.spared)
    spared.push(one.ms === undefined ? { ...one, ...(await lookedUp(one, times)) } : one);
  return { ...entry, spared };
}

function lookedUp({ runs: hexes }: SparedRuns, { runs, known }: Times): Promise<{ readonly ms?: number }> {
  const id = hexes.join();
  const time =
    known.get(id) ??
    timeOf(
      hexes.map((hex) => fromHex(hex) as RunKey),
      runs,
    );
  known.set(id, time);
  return time;
}

export interface CopySavingsDeps extends Pick<TellSavingsDeps, 'runs'> {
  readonly from: SavingsLedger;
  readonly to: SavingsLedger;
}

/**
 * Copies to a ledger what it lacks, with the times that are known by now: whoever reads there may have no records. Twice is as good as
 * once. @returns how many entries that were.
 */
export async function copySavings(
  months: readonly string[],
  { from, to, runs }: CopySavingsDeps,
): Promise<number> {
  const times = { runs, known: new Map<string, Promise<{ readonly ms?: number }>>() };
  let copied = 0;
  for (const month of months) {
    const own = await from.read(month);
    if (own.length === 0) continue;
    const there = new Set((await to.read(month)).map(({ id }) => id));
    for (const entry of own)
      if (!there.has(entry.id) && (await to.add(await withTimes(entry, times)))) copied += 1;
  }
  return copied;
}
