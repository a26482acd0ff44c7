import type { Garbage, StoredObject } from '@nx-ml/core/gc';
import type { Digest } from '@nx-ml/core/kernel';
import type { GarbageOutcome, GarbagePlan, KeptBy } from '@nx-ml/core/usecases/store';

import { keeperClass, neederText } from './kept-by-text.js';
import { sizeOf } from './quantities.js';

/** Times in ISO 8601, sizes in bytes. */
export function gcJson(plan: GarbagePlan, outcome?: GarbageOutcome): object {
  const { sweep, objects, kept, roots } = plan;
  const garbage = (one: Garbage): object => garbageJson(one, plan);
  return {
    formatVersion: 1,
    at: new Date(sweep.marks.at).toISOString(),
    workspaces: roots.workspaces.map(({ host, path }) => ({ host, path })),
    objects: objects.size,
    bytes: sizeOf([...objects.values()]),
    goes: sweep.due.map(garbage),
    waits: sweep.waiting.map(garbage),
    leftovers: sweep.leftovers.map(({ place, name, size }) => ({ place, name, bytes: size })),
    keeps: keepers(objects, kept),
    ...(outcome === undefined ? {} : { deleted: deletedJson(outcome) }),
  };
}

function garbageJson({ object, since, isMarked, until }: Garbage, { madeBy }: GarbagePlan): object {
  const maker = madeBy.get(object.digest);
  return {
    digest: object.digest,
    bytes: object.size,
    since: isMarked ? new Date(since).toISOString() : null,
    until: new Date(until).toISOString(),
    ...(maker === undefined ? {} : { madeBy: neederText(maker) }),
  };
}

/** Every object once, by what keeps it first. */
export function keepers(
  objects: ReadonlyMap<Digest, Pick<StoredObject, 'digest' | 'size'>>,
  kept: ReadonlyMap<Digest, KeptBy>,
): readonly object[] {
  const found = new Map<KeptBy, Pick<StoredObject, 'size'>[]>();
  for (const object of objects.values()) {
    const keeper = kept.get(object.digest);
    if (keeper === undefined) continue;
    const its = found.get(keeper) ?? [];
    if (its.push(object) === 1) found.set(keeper, its);
  }
  return [...found].map(([keeper, its]) => ({
    class: keeperClass(keeper),
    by: neederText(keeper),
    objects: its.length,
    bytes: sizeOf(its),
  }));
}

function deletedJson({ deleted, leftovers, spared }: GarbageOutcome): object {
  return { objects: deleted.length, bytes: sizeOf(deleted), leftovers: leftovers.length, spared };
}
