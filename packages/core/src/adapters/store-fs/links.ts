import type { BigIntStats } from 'node:fs';
import { dirname } from 'node:path';

import type { Digest } from '../../kernel/index.js';
import type { NotLinked } from '../../store/index.js';
import { errnoOf } from './failures.js';
import type { ObjectFiles } from './object-files.js';
import type { OpenFile } from './open-file.js';
import { hasMark, openSource } from './source.js';
import type { Mark } from './source.js';
import type { StoreFolder } from './store-folder.js';

/** `taken`: the store has an object of that name. `again`: something moved; who has the time looks closer. */
export type LinkOutcome = 'linked' | 'taken' | 'again' | NotLinked;

const writable = 0o222n;
const readable = 0o444;

/**
 * Gives files that were hashed the names of their objects. "Linking" in docs/design/store.md tells why the calls come in this
 * order: nobody may be able to open an object for writing, at no moment.
 */
export class Links {
  constructor(
    private readonly folder: StoreFolder,
    private readonly objects: ObjectFiles,
  ) {}

  /**
   * @param mark what the file was when it was opened to be hashed; its bytes are durable
   * @throws MlError ERR_ML_FILE_INACCESSIBLE, ERR_ML_PATH_UNSAFE, ERR_ML_STORE_UNAVAILABLE
   */
  link(path: string, digest: Digest, mark: Mark): LinkOutcome {
    const { file, stat } = openSource(this.folder.workspace, path);
    try {
      if (!hasMark(stat, mark)) return 'again';
      if (isOthers(stat)) return 'other-owner';
      if (stat.nlink > 1n) return this.keep(file, stat, digest);
      // Looked up ahead, lest the file is locked and unlocked for nothing.
      return this.objects.isTaken(digest) ? 'taken' : this.linkOpen(file, stat, digest);
    } finally {
      file.close();
    }
  }

  /** A file with other names is a link to its object already, or somebody else's concern. */
  private keep(file: OpenFile, stat: BigIntStats, digest: Digest): LinkOutcome {
    const object = this.folder.disk.look(this.folder.object(digest));
    if (object === undefined || !isSame(object, stat)) return 'other-names';
    if ((stat.mode & writable) !== 0n) file.chmod(readOnly(stat));
    return this.rely(digest, stat);
  }

  /** The right to write goes first: whoever opens the object from then on can read alone. */
  private linkOpen(file: OpenFile, stat: BigIntStats, digest: Digest): LinkOutcome {
    const mode = Number(stat.mode & 0o7777n);
    const isReadOnly = mode === readOnly(stat);
    if (!isReadOnly) file.chmod(readOnly(stat));
    let made: 'made' | LinkOutcome = 'again';
    try {
      made = this.tryLink(file.path, this.folder.object(digest));
    } finally {
      if (made !== 'made' && !isReadOnly) file.chmod(mode);
    }
    return made === 'made' ? this.check(stat, digest) : made;
  }

  /** A link never replaces; a shard that is not there yet is made. */
  private tryLink(path: string, object: string): 'made' | 'again' | 'no-links' {
    const { disk } = this.folder;
    for (let attempt = 1; ; attempt += 1)
      try {
        return disk.link(path, object) ? 'made' : 'no-links';
      } catch (error) {
        if (errnoOf(error) === 'EEXIST') return 'again';
        if (errnoOf(error) !== 'ENOENT' || attempt === 2) throw error;
        disk.makeFolder(dirname(object));
      }
  }

  /** The path may have led to another file by then, and another process may have put its own copy in this place. */
  private check(stat: BigIntStats, digest: Digest): LinkOutcome {
    const found = this.folder.disk.look(this.folder.object(digest));
    return found !== undefined && isSame(found, stat) ? this.rely(digest, found) : 'again';
  }

  private rely(digest: Digest, { mtimeMs }: BigIntStats): LinkOutcome {
    return this.objects.rely(digest, mtimeMs) === 'fresh' ? 'linked' : 'again';
  }
}

/** It takes rights away and gives none: an object is for whoever could read the file. */
function readOnly({ mode }: BigIntStats): number {
  return Number(mode) & readable;
}

/** The same file, and not written to: ctime changes by the link itself. */
function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

export function isOthers({ uid }: BigIntStats): boolean {
  const own = process.geteuid?.();
  return own !== undefined && uid !== BigInt(own);
}
