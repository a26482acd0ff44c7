import type { BigIntStats } from 'node:fs';

import type { Digest } from '../../kernel/index.js';
import type { NotLinked } from '../../store/index.js';
import { errnoOf } from './failures.js';
import { isOthers, Links } from './links.js';
import type { ObjectFiles } from './object-files.js';
import type { Pump } from './pump.js';
import { checkUnchanged, markOf, openSource, sourceChanged } from './source.js';
import type { Mark } from './source.js';
import type { StoreFolder } from './store-folder.js';

interface Parts {
  readonly folder: StoreFolder;
  readonly objects: ObjectFiles;
  readonly pump: Pump;
}

type Ending = 'linked' | NotLinked;

/** Others may be at the same files: each of them moves something once. */
const attempts = 8;

/**
 * Links a file whose numbers moved, or whose object is there already: reads what is in question and goes by the bytes.
 *
 * @param digest what it is known to hold
 * @throws MlError ERR_ML_SOURCE_CHANGED when it holds something else
 */
export async function linkAgain(path: string, digest: Digest, parts: Parts): Promise<Ending> {
  const { folder, objects, pump } = parts;
  const links = new Links(folder, objects);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { file, stat } = openSource(folder.workspace, path);
    const found = await file.using((source) => pump.run(source));
    if (found.digest !== digest) {
      objects.quarantine(digest, stat.ino); // if it was linked already
      throw sourceChanged(path);
    }
    if (isOthers(stat)) return 'other-owner';
    const replaced = await replaceByLink(path, { digest, stat }, parts);
    if (replaced !== 'again') return replaced;
    const outcome = links.link(path, digest, markOf(stat));
    if (outcome !== 'again') return outcome;
  }
  throw sourceChanged(path);
}

/** The store has these bytes in a file of its own: the caller's file gives way to a link to that one. */
async function replaceByLink(
  path: string,
  { digest, stat }: { readonly digest: Digest; readonly stat: BigIntStats },
  { folder, objects, pump }: Parts,
): Promise<Ending | 'again'> {
  const object = objects.tryOpen(digest);
  if (object === undefined) return 'again';
  const { ino, mtimeMs } = object.stat();
  const found = await object.using((file) => pump.run(file));
  if (found.digest !== digest) {
    objects.quarantine(digest, ino);
    return 'again';
  }
  if (ino === stat.ino) return 'again';
  if (stat.nlink > 1n) return 'other-names';
  const reliance = objects.rely(digest, mtimeMs);
  if (reliance !== 'fresh') return reliance === 'gone' ? 'again' : 'other-owner';
  return swap(path, markOf(stat), { folder, object: folder.object(digest) });
}

function swap(
  path: string,
  mark: Mark,
  { folder, object }: { readonly folder: StoreFolder; readonly object: string },
): Ending | 'again' {
  const temporary = folder.newTemporary();
  try {
    if (!folder.disk.link(object, temporary)) return 'no-links';
    // The last look: an edit that comes after it would be lost, as by any rename.
    checkUnchanged(folder.workspace, path, mark);
    folder.workspace.rename(temporary, path);
    return 'linked';
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'again';
    throw error;
  } finally {
    folder.disk.discard(temporary);
  }
}
