import type { BlobInfo } from '@nx-ml/core/remote';
import { journalPrefix } from '@nx-ml/core/remote';

import { entryOf } from './place-of-name.js';

/** Listings by rising name, all of the same names and from the same place on. */
export interface NamesOfSpaces {
  readonly own: AsyncIterable<BlobInfo>;
  /** Of the protected scope. */
  readonly base: AsyncIterable<BlobInfo>;
  readonly shared: AsyncIterable<BlobInfo>;
}

export interface MergeStart {
  /** Where the listings begin: behind this name. */
  readonly after: string;
  /** The first entry that the own scope has of a journal; undefined when it has none. */
  readonly firstOwn: (journal: string) => Promise<number | undefined>;
}

/**
 * The one listing that a scope sees, by rising name: its own, then what the protected scope has beside it. Of a journal that it has
 * forked nothing of the protected scope's from there on. Holds no more of the listings than it needs to compare.
 */
export async function* mergeNames(spaces: NamesOfSpaces, start: MergeStart): AsyncIterable<BlobInfo> {
  const forked = new Set<string>();
  const own = noting(unlessShared(spaces.own), forked);
  const seen = merged(own, unlessShared(spaces.base), (name) => isForked(name, forked, start));
  yield* merged(seen, entriesOnly(spaces.shared), () => Promise.resolve(false));
}

/** Since names rise, the entry at which a journal was forked comes before all that it hides, or stands before the start. */
async function isForked(
  name: string,
  forked: ReadonlySet<string>,
  { after, firstOwn }: MergeStart,
): Promise<boolean> {
  const entry = entryOf(name);
  if (entry === undefined) return false;
  if (forked.has(entry.journal)) return true;
  // What lies between two names that begin alike begins so too: only of such journals entries can stand before the start.
  if (!after.startsWith(journalPrefix(entry.journal))) return false;
  const first = await firstOwn(entry.journal);
  return first !== undefined && first <= entry.sequence;
}

/** Both, by rising name; where they have the same, the first one's; of the second one without what is hidden. */
async function* merged(
  first: AsyncIterable<BlobInfo>,
  second: AsyncIterable<BlobInfo>,
  isHidden: (name: string) => Promise<boolean>,
): AsyncIterable<BlobInfo> {
  const others = second[Symbol.asyncIterator]();
  try {
    let other = await others.next();
    for await (const blob of first) {
      for (; other.done !== true && other.value.name <= blob.name; other = await others.next())
        if (other.value.name < blob.name && !(await isHidden(other.value.name))) yield other.value;
      yield blob;
    }
    for (; other.done !== true; other = await others.next())
      if (!(await isHidden(other.value.name))) yield other.value;
  } finally {
    await others.return?.();
  }
}

async function* noting(names: AsyncIterable<BlobInfo>, forked: Set<string>): AsyncIterable<BlobInfo> {
  for await (const blob of names) {
    yield blob;
    // Now only has its turn come: whoever compares has had it in hand while smaller names passed.
    const journal = entryOf(blob.name)?.journal;
    if (journal !== undefined) forked.add(journal);
  }
}

/** A shared journal's entries lie in the shared space alone; elsewhere they would be somebody's own story. */
async function* unlessShared(names: AsyncIterable<BlobInfo>): AsyncIterable<BlobInfo> {
  for await (const blob of names) if (entryOf(blob.name)?.rule !== 'shared') yield blob;
}

async function* entriesOnly(names: AsyncIterable<BlobInfo>): AsyncIterable<BlobInfo> {
  for await (const blob of names) if (entryOf(blob.name)?.rule === 'shared') yield blob;
}
