import type { BigIntStats } from 'node:fs';

import type { Digest } from '../../kernel/index.js';
import type { NotLinked } from '../../store/index.js';
import { giveWay } from './give-way.js';
import { isOthers, Links } from './links.js';
import type { LinkOutcome } from './links.js';
import type { ObjectFiles } from './object-files.js';
import type { Pump } from './pump.js';
import { hasMark, markOf, openSource, sourceChanged } from './source.js';
import type { Mark } from './source.js';
import type { StoreFolder } from './store-folder.js';

interface Parts {
  readonly folder: StoreFolder;
  readonly objects: ObjectFiles;
  readonly pump: Pump;
}

interface Known {
  /** What the file is known to hold. */
  readonly digest: Digest;
  /** What it was when it was found to hold that. */
  readonly mark: Mark;
}

type Ending = 'linked' | NotLinked;

/** Others may be at the same files: each of them moves something once. */
const attempts = 8;

/**
 * Links a file whose numbers moved, or whose object is there already: reads what is in question and goes by the bytes. A file that
 * is as it was when it was hashed is not in question.
 *
 * @throws MlError ERR_ML_SOURCE_CHANGED when it holds something else
 */
export async function linkAgain(path: string, { digest, mark }: Known, parts: Parts): Promise<Ending> {
  const { folder, objects, pump } = parts;
  const links = new Links(folder, objects);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { file, stat } = openSource(folder.workspace, path);
    const isKnown = hasMark(stat, mark);
    const found = await file.using((source) => (isKnown ? Promise.resolve({ digest }) : pump.run(source)));
    if (found.digest !== digest) {
      objects.quarantine(digest, stat.ino); // if it was linked already
      throw sourceChanged(path);
    }
    if (isOthers(stat)) return 'other-owner';
    const replaced = await replaceByLink(path, { digest, stat }, parts);
    if (isEnd(replaced)) return replaced;
    const outcome = links.link(path, digest, markOf(stat));
    if (isEnd(outcome)) return outcome;
  }
  throw sourceChanged(path);
}

function isEnd(outcome: LinkOutcome): outcome is Ending {
  return outcome !== 'again' && outcome !== 'taken';
}

/** Where the store has these bytes in a file of its own. */
async function replaceByLink(
  path: string,
  { digest, stat }: { readonly digest: Digest; readonly stat: BigIntStats },
  { folder, objects, pump }: Parts,
): Promise<LinkOutcome> {
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
  return giveWay(path, { digest, mark: markOf(stat), changedAt: mtimeMs }, { folder, objects });
}
