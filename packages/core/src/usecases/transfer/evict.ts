import type { Digest } from '../../kernel/index.js';
import type { GcStore, StoredObject } from '../../gc/index.js';
import type { Remote } from '../../remote/index.js';

export interface EvictDeps {
  readonly store: Pick<GcStore, 'objects' | 'remove'>;
  readonly remote: Remote;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Evicted {
  readonly objects: number;
  /** Bytes. */
  readonly size: number;
}

/** What was put or used so lately may be in use right now. Milliseconds. */
const inUse = 10 * 60_000;

/**
 * Takes the objects that were not used for the longest from the store until it has `limit` bytes, but none that the remote
 * does not have: what is only here stays, whatever the limit. That the remote has it is looked up anew.
 */
export async function evict(limit: number, { store, remote, now }: EvictDeps): Promise<Evicted> {
  const all = [...(await store.objects()).values()];
  let over = all.reduce((sum, { size }) => sum + size, 0) - limit;
  if (over <= 0) return { objects: 0, size: 0 };
  await remote.refresh();
  // A time that lies ahead is no sign of youth: it was set by a clock that went wrong.
  const old = all.filter(({ changedAt }) => Math.abs(now - changedAt) > inUse);
  const onlyHere = new Set<Digest>(await remote.missing(old));
  const evictable = old
    .filter(({ digest }) => !onlyHere.has(digest))
    .sort((a, b) => a.changedAt - b.changedAt);
  const gone: StoredObject[] = [];
  for (const object of evictable) {
    if (over <= 0) break;
    if (!(await store.remove(object))) continue;
    gone.push(object);
    over -= object.size;
  }
  return { objects: gone.length, size: gone.reduce((sum, { size }) => sum + size, 0) };
}
