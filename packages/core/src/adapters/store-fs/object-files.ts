import { MlError, shortDigest } from '../../kernel/index.js';
import type { Clock, Digest } from '../../kernel/index.js';
import type { Disk } from './disk.js';
import { errnoOf } from './failures.js';
import type { OpenFile } from './open-file.js';
import type { Pump } from './pump.js';
import { refreshAge } from './refresh-age.js';
import type { StoreFolder } from './store-folder.js';

/** The files under the final names: look, open, and move away what is damaged. */
export class ObjectFiles {
  private readonly disk: Disk;

  /** @param clock undefined: the store may not be written, not even the ages of its objects. */
  constructor(
    private readonly folder: StoreFolder,
    readonly clock?: Clock,
  ) {
    this.disk = folder.disk;
  }

  /**
   * Tells garbage collection that somebody will rely on an object that was just found.
   *
   * @returns `gone` when it was deleted meanwhile; `refused` when its age cannot be changed.
   */
  rely(digest: Digest, changedAt: bigint): 'fresh' | 'gone' | 'refused' {
    if (this.clock === undefined) return 'fresh';
    return refreshAge(this.disk, this.folder.object(digest), { changedAt, now: this.clock.now() });
  }

  /** Like `has`, for whoever will rely on the answer. */
  hasToRelyOn(digest: Digest): boolean {
    const found = this.disk.look(this.folder.object(digest));
    return found?.isFile() === true && this.rely(digest, found.mtimeMs) !== 'gone';
  }

  /** Cheaper than `has`; whatever has the name counts. */
  isTaken(digest: Digest): boolean {
    return this.disk.isThere(this.folder.object(digest));
  }

  has(digest: Digest): boolean {
    return this.disk.look(this.folder.object(digest))?.isFile() === true;
  }

  /** A store whose disk is not mounted must not look like one that is empty. */
  assertMounted(): void {
    this.disk.list(this.folder.objects);
  }

  /** @returns undefined when it is not there, which is looked up first because an exception is dear */
  tryOpen(digest: Digest): OpenFile | undefined {
    if (!this.isTaken(digest)) return undefined;
    try {
      return this.disk.open(this.folder.object(digest));
    } catch (error) {
      // Whatever was put there is no object, and a put takes its place.
      if (['ENOENT', 'ELOOP', 'ENXIO'].includes(errnoOf(error) ?? '')) return undefined;
      throw error;
    }
  }

  /** @throws MlError ERR_ML_OBJECT_MISSING */
  open(digest: Digest): OpenFile {
    const file = this.tryOpen(digest);
    if (file !== undefined) return file;
    this.assertMounted();
    throw objectMissing([digest], this.folder.root);
  }

  /** Reads an object to its end. @returns its size, or `corrupt` when it had to be moved to quarantine */
  async check(digest: Digest, pump: Pump): Promise<number | 'corrupt'> {
    return this.open(digest).using(async (file) => {
      const found = await pump.run(file);
      if (found.digest === digest) return found.size;
      this.quarantine(digest, file.stat().ino);
      return 'corrupt';
    });
  }

  /**
   * For an object that just gave wrong bytes: reads it again, moves it to quarantine when it is wrong again.
   *
   * @returns the error to throw
   */
  async condemn(digest: Digest, pump: Pump): Promise<MlError> {
    const found = await this.check(digest, pump);
    return objectCorrupt(digest, found === 'corrupt' ? this.folder.quarantine : undefined);
  }

  /**
   * Moves a damaged object away, if it is still the file that was read: a put may have healed it in between, and
   * that the name then is free for a moment is mended at once.
   */
  quarantine(digest: Digest, inode: bigint): void {
    const path = this.folder.object(digest);
    const away = this.folder.newQuarantine(digest);
    try {
      if (this.disk.look(path)?.ino !== inode) return;
      this.disk.rename(path, away);
      if (this.disk.look(away)?.ino !== inode) this.disk.rename(away, path);
    } catch (error) {
      // Moved by somebody else, or the store is read-only: the caller refuses the bytes all the same.
      if (errnoOf(error) === undefined) throw error;
    }
  }
}

export function objectMissing(digests: readonly Digest[], root: string): MlError {
  const [first, ...more] = digests.map(shortDigest);
  return new MlError('ERR_ML_OBJECT_MISSING', {
    message: `The store ${root} does not hold ${String(first)}${more.length > 0 ? ` and ${String(more.length)} more` : ''}`,
    fix: 'Fetch the data from a store that has it, or make it again.',
    detail: digests.slice(0, 20),
  });
}

function objectCorrupt(digest: Digest, quarantine: string | undefined): MlError {
  return new MlError('ERR_ML_OBJECT_CORRUPT', {
    message:
      quarantine === undefined
        ? `The object ${shortDigest(digest)} gave wrong bytes, and the right ones when it was read again`
        : `The bytes of the object ${shortDigest(digest)} do not match its name; it was moved to ${quarantine}`,
    fix:
      quarantine === undefined
        ? 'Try again, and have the disk and the memory of this machine checked.'
        : 'Store the data again or fetch it from another store, and have the disk checked.',
    detail: [digest],
  });
}
