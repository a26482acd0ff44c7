import type { BigIntStats } from 'node:fs';
import { join } from 'node:path';

import type { StoredObject } from '../../../gc/index.js';
import { fromHex } from '../../../kernel/index.js';
import type { Digest } from '../../../kernel/index.js';
import { isEntryName } from '../../../store/index.js';
import type { StoreFolder } from '../store-folder.js';

/** Between so many looks the process breathes. */
const batch = 5000;

/** Every object under its final name. Files that have no such name are passed over. */
export async function listObjects(folder: StoreFolder): Promise<ReadonlyMap<Digest, StoredObject>> {
  const objects = new Map<Digest, StoredObject>();
  const { disk } = folder;
  for (const { name: shard } of disk.list(folder.objects)) {
    if (!/^[0-9a-f]{2}$/.test(shard)) continue;
    for (const { name } of disk.list(join(folder.objects, shard))) {
      const object = objectAt(folder, shard, name);
      if (object !== undefined) objects.set(object.digest, object);
      if (objects.size % batch === 0) await new Promise(setImmediate);
    }
  }
  return objects;
}

function objectAt(folder: StoreFolder, shard: string, name: string): StoredObject | undefined {
  if (!/^[0-9a-f]{62}$/.test(name)) return undefined;
  const found = folder.disk.look(join(folder.objects, shard, name));
  if (found?.isFile() !== true) return undefined;
  return { digest: fromHex(shard + name), size: Number(found.size), changedAt: changedAtOf(found) };
}

/** Modification time in milliseconds, with what fractions a number holds. */
export function changedAtOf(found: BigIntStats): number {
  return Number(found.mtimeNs) / 1e6;
}

/** Names of all journals that have an entry, sorted. */
export function listJournals(folder: StoreFolder): readonly string[] {
  const names: string[] = [];
  const waiting = [''];
  for (let prefix = waiting.pop(); prefix !== undefined; prefix = waiting.pop()) {
    const items = folder.disk.list(join(folder.journals, prefix));
    if (items.some((item) => item.isFile() && isEntryName(item.name))) names.push(unfold(prefix));
    for (const item of items)
      if (item.isDirectory()) waiting.push(prefix === '' ? item.name : `${prefix}/${item.name}`);
  }
  return names.filter((name) => name !== '').sort();
}

/** `^x` stands for `X`: see StoreFolder. */
function unfold(path: string): string {
  return path.replace(/\^([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
