import { constants } from 'node:fs';
import type { BigIntStats, Dirent } from 'node:fs';
import { join } from 'node:path';

import { errnoOf } from './failures.js';
import type { Blame } from './failures.js';
import type { FileCalls } from './file-calls.js';
import { OpenFile } from './open-file.js';

/** Answers that mean "not between these two, do it another way" rather than a failure. */
const notHere = new Set([
  'EXDEV',
  'EPERM',
  'EACCES',
  'EMLINK',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
  'ENOTTY',
]);

/** A handle of a network folder goes stale when another machine replaces what it stood for; the name leads to the new one. */
function askAgain<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (errnoOf(error) !== 'ESTALE') throw error;
    return action();
  }
}

/** Puts of the same object replace it one after the other, each once. */
const linkAttempts = 5;

/** One side of the store's work, inside it or outside; what fails there is blamed on that side. */
export class Disk {
  constructor(
    readonly calls: FileCalls,
    readonly blame: Blame,
  ) {}

  /** Opens for reading; never follows a link in the last segment, never waits for a named pipe's writer. */
  open(path: string): OpenFile {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
    return new OpenFile(
      this,
      path,
      this.attempt('open', path, () => this.calls.openSync(path, flags)),
    );
  }

  /** Makes a new file. */
  create(path: string, mode: number): OpenFile {
    return new OpenFile(
      this,
      path,
      this.attempt('create', path, () => this.calls.openSync(path, 'wx', mode)),
    );
  }

  /** Opens a file that is there, to read it and to go on writing it. */
  update(path: string): OpenFile {
    const { O_RDWR, O_NOFOLLOW } = constants;
    const flags = O_RDWR | O_NOFOLLOW;
    return new OpenFile(
      this,
      path,
      this.attempt('open', path, () => this.calls.openSync(path, flags)),
    );
  }

  /**
   * Makes a new file without holding this thread up. Where others sync at the same time, the call waits for their commit;
   * where nobody does, `create` is several times as fast.
   */
  async createAside(path: string, mode: number): Promise<OpenFile> {
    try {
      const handle = await new Promise<number>((resolve, reject) => {
        this.calls.open(path, 'wx', mode, (error, opened) => {
          if (error === null) resolve(opened);
          else reject(error);
        });
      });
      return new OpenFile(this, path, handle);
    } catch (cause) {
      throw this.explain('create', path, cause);
    }
  }

  /** What stands there, a link itself; undefined for nothing. */
  look(path: string): BigIntStats | undefined {
    const options = { bigint: true, throwIfNoEntry: false } as const;
    return this.attempt('look at', path, () => this.calls.lstatSync(path, options));
  }

  /** Cheaper than `look`; whatever keeps from looking counts as nothing there. */
  isThere(path: string): boolean {
    return this.attempt('look at', path, () => this.calls.existsSync(path));
  }

  list(folder: string): readonly Dirent[] {
    return this.attempt('list', folder, () => this.calls.readdirSync(folder, { withFileTypes: true }));
  }

  /** None when it cannot be listed. */
  private listQuietly(folder: string): readonly string[] {
    try {
      return this.list(folder).map(({ name }) => name);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      return [];
    }
  }

  makeFolder(path: string): void {
    this.attempt('make', path, () => this.calls.mkdirSync(path, { recursive: true }));
  }

  /** Removes a folder of ours and the files in it. That it stays behind harms nobody: it is swept later. */
  discardWithFiles(path: string): void {
    for (const name of this.listQuietly(path)) this.discard(join(path, name));
    try {
      askAgain(() => {
        this.calls.rmdirSync(path);
      });
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
    }
  }

  /**
   * One of the two names is nobody else's, so that over NFS a success whose reply was lost, and that is repeated, can be told
   * from a file that is not there.
   *
   * @param inode of what is renamed, where `to` may stand for another file
   */
  rename(from: string, to: string, inode?: bigint): void {
    try {
      this.attempt('write', to, () => {
        this.calls.renameSync(from, to);
      });
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || this.look(from) !== undefined) throw error;
      const found = this.look(to)?.ino;
      if (found === undefined || found !== (inode ?? found)) throw error;
    }
  }

  chmod(path: string, mode: number): void {
    this.attempt('change the mode of', path, () => {
      this.calls.chmodSync(path, mode);
    });
  }

  setTime(path: string, seconds: number): void {
    this.attempt('change the time of', path, () => {
      this.calls.utimesSync(path, seconds, seconds);
    });
  }

  unlink(path: string): void {
    this.attempt('remove', path, () => {
      this.calls.unlinkSync(path);
    });
  }

  /** A second name for `from`, never in place of another. @returns false where links cannot be made */
  link(from: string, to: string): boolean {
    try {
      return this.possible('link', to, () => {
        this.linkWhatStands(from, to);
      });
    } catch (error) {
      // Over NFS a reply can be lost and the call repeated; then the name that is "taken" is our own.
      if (errnoOf(error) === 'EEXIST' && this.isSameFile(from, to)) return true;
      throw error;
    }
  }

  /**
   * Linux answers ENOENT too when the file that `from` led to lost its last name to a rename before it got the new one: then
   * another file stands there by now, and its name is as good.
   */
  private linkWhatStands(from: string, to: string): void {
    for (let attempt = 1; ; attempt += 1)
      try {
        this.calls.linkSync(from, to);
        return;
      } catch (error) {
        const isReplaced = errnoOf(error) === 'ENOENT' && this.look(from) !== undefined;
        if (!isReplaced || attempt === linkAttempts) throw error;
      }
  }

  /** Asks open files: what a look remembers of a name may be old in a network folder. */
  private isSameFile(one: string, other: string): boolean {
    const [a, b] = [this.statOpen(one), this.statOpen(other)];
    return a !== undefined && a.ino === b?.ino && a.dev === b.dev;
  }

  /** What an open file says of itself, which is never old; undefined for nothing. */
  statOpen(path: string): BigIntStats | undefined {
    try {
      const file = this.open(path);
      try {
        return file.stat();
      } finally {
        file.close();
      }
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      return undefined;
    }
  }

  /** A copy that shares its blocks until one side is written. @returns false where the file system has none */
  clone(from: string, to: string): boolean {
    const mode = constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL;
    return this.possible('clone', to, () => {
      this.calls.copyFileSync(from, to, mode);
    });
  }

  /** Removes a file of ours. That it stays behind harms nobody: it is swept later. */
  discard(path: string): void {
    try {
      askAgain(() => {
        this.calls.unlinkSync(path);
      });
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
    }
  }

  /** Makes the names in a folder durable. */
  async syncFolder(folder: string): Promise<void> {
    const flags = constants.O_RDONLY | constants.O_DIRECTORY;
    const handle = this.attempt('open', folder, () => this.calls.openSync(folder, flags));
    await new OpenFile(this, folder, handle).using((file) => file.syncNames());
  }

  attempt<T>(operation: string, path: string, action: () => T): T {
    try {
      return askAgain(action);
    } catch (cause) {
      throw this.explain(operation, path, cause);
    }
  }

  explain(operation: string, path: string, cause: unknown): unknown {
    return errnoOf(cause) === undefined ? cause : this.blame({ operation, path, cause });
  }

  private possible(operation: string, path: string, action: () => void): boolean {
    try {
      this.attempt(operation, path, action);
      return true;
    } catch (error) {
      if (notHere.has(errnoOf(error) ?? '')) return false;
      throw error;
    }
  }
}
