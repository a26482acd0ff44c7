import { protectedScope, readableScopes } from '@nx-ml/core/cache';
import type { Scope } from '@nx-ml/core/cache';
import { isMlError } from '@nx-ml/core/kernel';
import { journalPrefix } from '@nx-ml/core/remote';
import type { BlobInfo, BlobSource, OpenBlob } from '@nx-ml/core/remote';
import { decodeJournalEntry, journalEntryName, maxJournalEntryBytes } from '@nx-ml/core/store';
import type { JournalEntry } from '@nx-ml/core/store';

import { checkAppend } from './append-rights.js';
import type { Budgets } from './budgets.js';
import { entryBytes } from './entry-bytes.js';
import { mergeNames } from './merge-names.js';
import { entryOf, sharedPrefix } from './place-of-name.js';
import type { EntryName } from './place-of-name.js';
import { brokenEntry, guarded, neverRemoved, onlyCreated } from './refusals.js';
import type { ScopedBlobs } from './scoped-blobs.js';
import type { Turns } from './turns.js';

/** One remote for each scope, and one for what they share. */
export type SpaceOf = (scope: Scope | 'shared') => ScopedBlobs;

/** Where a name leads to. */
export interface FoundBlob {
  readonly scope: Scope | 'shared';
  /** Bytes. */
  readonly size: number;
}

/** What all spaces of a server have in common. */
export interface SpaceDeps {
  readonly spaceOf: SpaceOf;
  /** Two appends of one scope to one journal follow each other. */
  readonly turns: Turns;
  /** Of the shared journals. */
  readonly budgets: Budgets;
}

/**
 * The remote that a token sees, made of what its scopes have; docs/design/cache.md, "The store over HTTP". Every method rejects with
 * Refusal for what the token may not do, and as Blobs.
 */
export class StoreSpace {
  readonly #own: ScopedBlobs;
  readonly #isProtected: boolean;

  constructor(
    private readonly scope: Scope,
    private readonly deps: SpaceDeps,
  ) {
    this.#own = deps.spaceOf(scope);
    this.#isProtected = scope === protectedScope;
  }

  async find(name: string): Promise<FoundBlob | undefined> {
    const entry = entryOf(name);
    if (entry?.rule === 'shared') return this.#in('shared', name);
    for (const scope of readableScopes(this.scope)) {
      const found = await this.#in(scope, name);
      if (found !== undefined) return found;
      if (entry !== undefined && (await this.#hasForked(entry))) return undefined;
    }
    return undefined;
  }

  open(name: string, { scope }: FoundBlob): Promise<OpenBlob | undefined> {
    return this.deps.spaceOf(scope).open(name);
  }

  /** By rising name, behind `after`. */
  list(prefix: string, after: string): AsyncIterable<BlobInfo> {
    const base = this.#isProtected ? none() : this.deps.spaceOf(protectedScope).list(prefix, after);
    const isNearShared = prefix.startsWith(sharedPrefix) || sharedPrefix.startsWith(prefix);
    const shared = isNearShared ? this.deps.spaceOf('shared').list(prefix, after) : none();
    const firstOwn = (journal: string): Promise<number | undefined> => this.#firstOwn(journal);
    return mergeNames({ own: this.#own.list(prefix, after), base, shared }, { after, firstOwn });
  }

  /** @throws Refusal before anything of the source is read, too */
  async write(name: string, source: BlobSource): Promise<void> {
    this.checkWrite(name);
    await this.#own.write(name, source);
  }

  /** @throws Refusal where a plain write of that name would be refused */
  checkWrite(name: string): void {
    if (entryOf(name) !== undefined) throw onlyCreated();
  }

  /** @returns false when the name is taken; an entry's also when it is not the next one. */
  async create(name: string, bytes: Uint8Array): Promise<boolean> {
    const entry = entryOf(name);
    if (entry === undefined) return (await this.find(name)) === undefined && this.#own.create(name, bytes);
    if (entry.rule === 'guarded' && !this.#isProtected) throw guarded(this.scope);
    if (entry.rule === 'shared') return this.#appendToBudget(name, entry, bytes);
    return this.deps.turns.take(`${this.scope} ${entry.journal}`, async () => {
      const before = await this.#entryBefore(name, entry);
      if (before === 'absent' || (await this.find(name)) !== undefined) return false;
      decoded(entry, bytes, before);
      return this.#own.create(name, bytes);
    });
  }

  async remove(name: string): Promise<void> {
    if (entryOf(name) !== undefined) throw neverRemoved();
    await this.#own.remove(name);
  }

  /** Into the journal of a test set, which is one for all. */
  #appendToBudget(name: string, { journal, sequence }: EntryName, bytes: Uint8Array): Promise<boolean> {
    const { turns, budgets, spaceOf } = this.deps;
    return turns.take(`shared ${journal}`, async () => {
      if ((await this.find(name)) !== undefined) return false;
      const known = await budgets.before(journal, sequence);
      if (known === undefined) return false;
      const entry = decoded({ journal, sequence }, bytes, known.last);
      checkAppend(this.scope, known, entry);
      const isMine = await spaceOf('shared').create(name, bytes);
      if (isMine) budgets.append(journal, known, entry);
      return isMine;
    });
  }

  async #in(scope: Scope | 'shared', name: string): Promise<FoundBlob | undefined> {
    const size = await this.deps.spaceOf(scope).size(name);
    return size === undefined ? undefined : { scope, size };
  }

  async #hasForked({ journal, sequence }: EntryName): Promise<boolean> {
    const first = this.#isProtected ? undefined : await this.#firstOwn(journal);
    return first !== undefined && first <= sequence;
  }

  /** Journals have no gaps, so that the first of a listing is where this scope went its own way. */
  async #firstOwn(journal: string): Promise<number | undefined> {
    for await (const { name } of this.#own.list(journalPrefix(journal))) {
      const entry = entryOf(name);
      if (entry?.journal === journal) return entry.sequence;
    }
    return undefined;
  }

  /** @returns undefined for the first entry, which has none before it. */
  async #entryBefore(
    name: string,
    { journal, sequence }: EntryName,
  ): Promise<JournalEntry | undefined | 'absent'> {
    if (sequence === 0) return undefined;
    const before = `${name.slice(0, name.lastIndexOf('/') + 1)}${journalEntryName(sequence - 1)}`;
    const found = await this.find(before);
    const blob = found && (await this.open(before, found));
    if (blob === undefined) return 'absent';
    return decoded({ journal, sequence: sequence - 1 }, await entryBytes(blob), undefined);
  }
}

/** What everybody reads must be an entry, and follow the one before it: else one writer could spoil a journal for all. */
function decoded(
  { journal: name, sequence }: Pick<EntryName, 'journal' | 'sequence'>,
  bytes: Uint8Array,
  after: JournalEntry | undefined,
): JournalEntry {
  if (bytes.length > maxJournalEntryBytes) throw brokenEntry('No entry of a journal is so long');
  try {
    return decodeJournalEntry({ name, sequence, bytes, after });
  } catch (error) {
    throw isMlError(error) ? brokenEntry(error.message) : error;
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- an empty listing
async function* none(): AsyncIterable<BlobInfo> {
  yield* [];
}
