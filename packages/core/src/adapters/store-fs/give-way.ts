import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { errnoOf } from './failures.js';
import { blockSize } from './flow-ends.js';
import type { LinkOutcome } from './links.js';
import type { ObjectFiles } from './object-files.js';
import type { OpenFile } from './open-file.js';
import { hasMark } from './source.js';
import type { Mark } from './source.js';
import { siblingOf } from './store-folder.js';
import type { StoreFolder } from './store-folder.js';

interface Place {
  readonly folder: StoreFolder;
  readonly objects: ObjectFiles;
}

interface Replaced {
  readonly digest: Digest;
  /** What the file was when it was found to hold that. */
  readonly mark: Mark;
  /** When the object was, by its modification time. Milliseconds. */
  readonly changedAt: bigint;
}

/**
 * The store has the bytes of a file in a file of its own, which was just verified: the caller's file gives way to a link to that one,
 * in one step.
 */
export function giveWay(path: string, { digest, mark, changedAt }: Replaced, place: Place): LinkOutcome {
  const { folder, objects } = place;
  const reliance = objects.rely(digest, changedAt);
  if (reliance !== 'fresh') return reliance === 'gone' ? 'again' : 'other-owner';
  // Beside it rather than in tmp/: of renames from one folder to another a file system makes one at a time.
  const built = siblingOf(path);
  const { workspace } = folder;
  let isRenamed = false;
  try {
    if (!workspace.link(folder.object(digest), built)) return 'no-links';
    // The last look: an edit that comes after it would be lost, as by any rename.
    const now = workspace.look(path);
    if (now === undefined || !hasMark(now, mark)) return 'again';
    workspace.rename(built, path);
    isRenamed = true;
    return 'linked';
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'again';
    throw error;
  } finally {
    // A rename onto another name of the same file leaves both. Looked for first, because an exception is dear.
    if (!isRenamed || workspace.isThere(built)) workspace.discard(built);
  }
}

/** Small files give way without a promise between the calls, and their objects are read once: the files themselves were just hashed. */
export class SmallReplacements {
  private readonly block = Buffer.allocUnsafeSlow(blockSize);

  constructor(private readonly place: Place) {}

  /** @returns `again` for an object that is damaged or large, and for a file that changed */
  replace(path: string, digest: Digest, mark: Mark): LinkOutcome {
    const object = this.place.objects.tryOpen(digest);
    const changedAt = object === undefined ? undefined : this.verify(object, digest);
    return changedAt === undefined ? 'again' : giveWay(path, { digest, mark, changedAt }, this.place);
  }

  /** @returns its modification time in milliseconds; undefined unless it is small and right */
  private verify(object: OpenFile, digest: Digest): bigint | undefined {
    try {
      const { size, mtimeMs } = object.stat();
      if (size >= BigInt(blockSize)) return undefined;
      const bytes = this.block.subarray(0, object.readSmall(this.block, Number(size)));
      return digestOf(bytes) === digest ? mtimeMs : undefined;
    } finally {
      object.close();
    }
  }
}
