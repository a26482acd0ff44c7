import { isScope, protectedScope } from '@nx-ml/core/cache';
import { isMlError } from '@nx-ml/core/kernel';
import type { Clock } from '@nx-ml/core/kernel';
import { collect, eachOf, journalOfBlob, journalPrefix } from '@nx-ml/core/remote';
import type { Blobs } from '@nx-ml/core/remote';
import { decodeSavingsEntry, monthsUpTo } from '@nx-ml/core/savings';
import type { SavingsEntry, SparedRuns } from '@nx-ml/core/savings';
import { decodeJournalEntry, journalEntryName, maxJournalEntryBytes } from '@nx-ml/core/store';

import type { Appended } from '../store/store-observer.js';

/** What caches spared in a month, as the ledgers in the store tell. Milliseconds. */
export interface SavedMonth {
  /** `2026-11`, UTC. */
  readonly month: string;
  /** What the protected branch’s jobs tell. */
  readonly protected: number;
  /** What jobs of pull requests, and people, tell: nobody else has verified it. */
  readonly others: number;
  /** Runs that were spared and of which no ledger tells how long they took. */
  readonly unknown: number;
}

export interface SavedHoursDeps {
  /** The whole storage. */
  readonly blobs: Blobs;
  readonly clock: Pick<Clock, 'now'>;
}

/** Months that are told. */
const told = 2;
/** Entries of the ledgers of one scope that are read: two full months of a workspace have fewer. */
const mostEntries = 50_000;
/** Milliseconds that a run is believed to have taken at most: 30 days. */
const longestRun = 30 * 24 * 3600 * 1000;
const atOnce = 16;

interface Sum {
  readonly ids: Set<string>;
  ms: number;
  unknown: number;
}

/** Adds up the ledgers of savings that were pushed: this month’s and the last one’s, each entry once. */
export class SavedHours {
  /** By scope and month. */
  readonly #sums = new Map<string, Sum>();
  readonly #read = new Map<string, Set<string>>();
  #isKnown = false;

  constructor(private readonly deps: SavedHoursDeps) {}

  /** Whether all ledgers were looked through once. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** This month first. */
  get months(): readonly SavedMonth[] {
    return monthsUpTo(this.deps.clock.now(), told).map((month) => {
      const sums = [...this.#sums].filter(([key]) => key.endsWith(` ${month}`));
      const ofOthers = sums.filter(([key]) => !key.startsWith(`${protectedScope} `));
      return {
        month,
        protected: this.#sums.get(`${protectedScope} ${month}`)?.ms ?? 0,
        others: ofOthers.reduce((all, [, { ms }]) => all + ms, 0),
        unknown: sums.reduce((all, [, { unknown }]) => all + unknown, 0),
      };
    });
  }

  /** Reads what is new in all ledgers. @throws MlError as the blobs */
  async look(): Promise<void> {
    const months = new Set(monthsUpTo(this.deps.clock.now(), told));
    const scopes = await scopesOf(this.deps.blobs);
    this.#forget(months, scopes);
    for (const scope of scopes) {
      const read = this.#read.get(scope) ?? new Set<string>();
      this.#read.set(scope, read);
      const fresh: string[] = [];
      for await (const { name } of this.deps.blobs.list(`store/${scope}/journals/savings/`)) {
        if (read.size + fresh.length >= mostEntries) break;
        if (months.has(placeOf(scope, name)?.month ?? '') && !read.has(name)) fresh.push(name);
      }
      await eachOf(fresh, atOnce, (name) => this.#readEntry(scope, name));
    }
    this.#isKnown = true;
  }

  /** One that was just appended need not be looked for. */
  onAppended({ scope, journal, sequence, bytes }: Appended): void {
    const month = monthOfJournal(journal);
    const read = this.#read.get(scope) ?? new Set<string>();
    if (month === undefined || read.size >= mostEntries) return;
    this.#read.set(scope, read);
    read.add(nameOf(scope, journal, sequence));
    this.#take(scope, month, entryIn(journal, sequence, Buffer.from(bytes)));
  }

  async #readEntry(scope: string, name: string): Promise<void> {
    const place = placeOf(scope, name);
    const stream = place && (await this.deps.blobs.read(name));
    if (place === undefined || stream === undefined) return;
    const bytes = await collect(stream, maxJournalEntryBytes);
    const read = this.#read.get(scope);
    // It may have come by its appending meanwhile.
    if (bytes === undefined || read === undefined || read.has(name)) return;
    read.add(name);
    this.#take(scope, place.month, entryIn(place.journal, place.sequence, bytes));
  }

  #take(scope: string, month: string, entry: SavingsEntry | undefined): void {
    if (entry === undefined) return;
    const key = `${scope} ${month}`;
    const sum = this.#sums.get(key) ?? { ids: new Set<string>(), ms: 0, unknown: 0 };
    this.#sums.set(key, sum);
    if (sum.ids.has(entry.id)) return;
    sum.ids.add(entry.id);
    for (const spared of entry.spared) {
      const ms = believed(spared);
      sum.ms += ms ?? 0;
      sum.unknown += ms === undefined ? spared.runs.length : 0;
    }
  }

  /** What is of months that are not told any more, and of scopes that have gone. */
  #forget(months: ReadonlySet<string>, scopes: ReadonlySet<string>): void {
    for (const key of this.#sums.keys()) {
      const [scope = '', month = ''] = key.split(' ');
      if (!months.has(month) || !scopes.has(scope)) this.#sums.delete(key);
    }
    for (const [scope, read] of this.#read) {
      if (!scopes.has(scope)) this.#read.delete(scope);
      for (const name of read) if (!months.has(placeOf(scope, name)?.month ?? '')) read.delete(name);
    }
  }
}

/** Those that have a store. A question each: names rise, and what lies within a scope is skipped. */
async function scopesOf(blobs: Blobs): Promise<ReadonlySet<string>> {
  const scopes = new Set<string>();
  for (let [after, isMore] = ['', true]; isMore;) {
    isMore = false;
    for await (const { name } of blobs.list('store/', after)) {
      const scope = name.split('/', 2)[1] ?? '';
      if (isScope(scope)) scopes.add(scope);
      [after, isMore] = [`store/${scope}/~`, true];
      break;
    }
  }
  return scopes;
}

/** Undefined where nobody knows, and where it cannot be. */
function believed({ ms, runs }: SparedRuns): number | undefined {
  return ms !== undefined && ms <= runs.length * longestRun ? ms : undefined;
}

function monthOfJournal(journal: string): string | undefined {
  return /^savings\/[^/]+\/(\d{4}-\d{2})$/.exec(journal)?.[1];
}

interface EntryPlace {
  readonly journal: string;
  readonly sequence: number;
  readonly month: string;
}

function placeOf(scope: string, blob: string): EntryPlace | undefined {
  const found = journalOfBlob(blob.slice(`store/${scope}/`.length));
  const month = monthOfJournal(found?.journal ?? '');
  if (found === undefined || month === undefined) return undefined;
  return { journal: found.journal, sequence: Number(found.entry.slice(0, -'.json'.length)), month };
}

function nameOf(scope: string, journal: string, sequence: number): string {
  return `store/${scope}/${journalPrefix(journal)}${journalEntryName(sequence)}`;
}

/** Undefined for what is none: then it tells nothing. */
function entryIn(name: string, sequence: number, bytes: Buffer): SavingsEntry | undefined {
  try {
    return decodeSavingsEntry(decodeJournalEntry({ name, sequence, bytes, after: undefined }).payload);
  } catch (error) {
    if (isMlError(error)) return undefined;
    throw error;
  }
}
