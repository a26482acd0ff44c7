import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import type { BigIntStats, Dirent } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { OpenBlob } from '../../remote/index.js';
import { EarlySync } from './early-sync.js';
import { errnoOf, folderFailure } from './failures.js';
import type { FolderCalls } from './folder-calls.js';
import { sweepLeftovers } from './leftovers.js';
import { OpenFile } from './open-file.js';
import type { ReadInto } from './open-file.js';

/** Each piece is a buffer of its own until it is collected: larger ones pile up. */
const block = 128 * 1024;
/** A link is nothing of ours, and a pipe must not be waited for. */
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The files below a remote's folder; what fails there is told as a failure of the remote. */
export class FolderFiles {
  /** Folders that are known to last, own name and all. */
  readonly #settled = new Set<string>();
  readonly #syncTurn = { isTaken: false };
  #isSwept = false;

  constructor(
    readonly root: string,
    private readonly calls: FolderCalls,
  ) {}

  /** @throws MlError ERR_ML_REMOTE_REFUSED when the folder is not there: an unmounted disk is no empty remote. */
  async assertThere(): Promise<void> {
    await this.attempt(`list ${this.root}`, () => this.calls.list(this.root));
  }

  /** A regular file; undefined where there is none. */
  async look(path: string): Promise<BigIntStats | undefined> {
    const found = await this.absent(`look at ${path}`, () => this.calls.lstat(path));
    return found?.isFile() === true ? found : undefined;
  }

  async list(folder: string): Promise<readonly Dirent[]> {
    return (await this.absent(`list ${folder}`, () => this.calls.list(folder))) ?? [];
  }

  /** A regular file, held open; undefined where there is none. */
  async open(path: string): Promise<OpenBlob | undefined> {
    const file = await this.absent(`open ${path}`, () => this.calls.open(path, readFlags)).catch(passLink);
    if (file === undefined) return undefined;
    try {
      const found = await this.attempt(`look at ${path}`, () => this.calls.stat(file));
      if (found.isFile()) return new OpenFile(file, found, this.reader(path, file), this.calls);
    } catch (error) {
      await this.calls.close(file);
      throw error;
    }
    await this.calls.close(file);
    return undefined;
  }

  private reader(path: string, file: FileHandle): ReadInto {
    return (buffer, position) => this.attempt(`read ${path}`, () => this.calls.read(file, buffer, position));
  }

  async *read(path: string, start: number, end: number): AsyncIterable<Uint8Array> {
    const file = await this.attempt(`open ${path}`, () => this.calls.open(path, readFlags));
    try {
      for (let at = start; at < end;) {
        const buffer = Buffer.allocUnsafe(Math.min(block, end - at));
        const count = await this.attempt(`read ${path}`, () => this.calls.read(file, buffer, at));
        if (count === 0) return;
        at += count;
        yield buffer.subarray(0, count);
      }
    } finally {
      await this.calls.close(file);
    }
  }

  /** Brings bytes into a file of its own in tmp/, durable, and hands it to `place`; nothing stays there. */
  async stage<T>(bytes: AsyncIterable<Uint8Array>, place: (path: string) => Promise<T>): Promise<T> {
    const path = join(this.root, 'tmp', `${String(process.pid)}-${randomBytes(12).toString('hex')}`);
    try {
      await this.fill(path, bytes);
      return await place(path);
    } finally {
      await this.discard(path);
    }
  }

  private async fill(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const file = await this.create(path);
    const sync = (): Promise<void> => this.attempt(`sync ${path}`, () => this.calls.sync(file));
    const early = new EarlySync(this.#syncTurn, sync);
    try {
      await this.sweepOnce(path);
      for await (const part of bytes) {
        await this.writeAll(file, path, part);
        early.wrote(part.length);
      }
      await early.end();
      await sync();
    } finally {
      await this.calls.close(file);
    }
  }

  /** Whoever writes there is the one that may clear up, and has a file that tells what time it is there. */
  private async sweepOnce(staged: string): Promise<void> {
    if (this.#isSwept) return;
    this.#isSwept = true;
    await sweepLeftovers(dirname(staged), basename(staged), this.calls);
  }

  private async create(path: string): Promise<FileHandle> {
    const make = (): Promise<FileHandle> => this.calls.open(path, 'wx', 0o444);
    return this.attempt(`write ${path}`, async () => {
      try {
        return await make();
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT') throw error;
        await this.makeFolder(dirname(path));
        return make();
      }
    });
  }

  private async writeAll(file: FileHandle, path: string, bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length;)
      written += await this.attempt(`write ${path}`, () => this.calls.write(file, bytes.subarray(written)));
  }

  /** Gives a staged file its name, in place of whatever has it, durably. */
  async rename(from: string, to: string): Promise<void> {
    await this.makeFolder(dirname(to));
    await this.attempt(`write ${to}`, () => this.tryRename(from, to));
    await this.settle(dirname(to));
  }

  /**
   * Moves a file from elsewhere to its name here, in place of whatever has it, durably. Moved and not linked: a second name could be written to.
   *
   * @param size bytes that it must have
   * @returns false when it is another one, or on another file system; then it is where it was
   */
  async adopt(from: string, to: string, size: number): Promise<boolean> {
    await this.makeFolder(dirname(to));
    const mode = await this.attempt(`look at ${from}`, () => this.modeFor(from, dirname(to), size));
    if (mode === undefined) return false;
    await this.attempt(`sync ${from}`, () => this.syncBytes(from));
    try {
      await this.rename(from, to);
    } catch (error) {
      if (errnoOf(error) === 'EXDEV') return false;
      throw error;
    }
    await this.attempt(`write ${to}`, () => this.calls.chmod(to, mode));
    return true;
  }

  /** Whoever may read the folder may read what is moved there. @returns undefined for a file that cannot be moved */
  private async modeFor(path: string, folder: string, size: number): Promise<number | undefined> {
    const [file, there] = [await this.calls.lstat(path), await this.calls.lstat(folder)];
    const isFit = file.isFile() && Number(file.size) === size && file.dev === there.dev;
    return isFit ? Number(there.mode) & 0o444 : undefined;
  }

  private async syncBytes(path: string): Promise<void> {
    const file = await this.calls.open(path, readFlags);
    try {
      await this.calls.sync(file);
    } finally {
      await this.calls.close(file);
    }
  }

  /** Gives a staged file a name that nobody has, durably. @returns false when it is taken. */
  async link(from: string, to: string): Promise<boolean> {
    await this.makeFolder(dirname(to));
    const isMine = await this.attempt(`create ${to}`, () => this.tryLink(from, to));
    // Also when it is taken: whoever took it may not have got this far, and the answer must last.
    await this.settle(dirname(to));
    return isMine;
  }

  /** Over NFS a lost reply makes a success look like a staged file that is not there. */
  private async tryRename(from: string, to: string): Promise<void> {
    const mine = await this.calls.lstat(from);
    try {
      await this.calls.rename(from, to);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || (await this.calls.lstat(to)).ino !== mine.ino) throw error;
    }
  }

  private async tryLink(from: string, to: string): Promise<boolean> {
    try {
      await this.calls.link(from, to);
      return true;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      // Over NFS a lost reply makes a success look like this. Nobody else knows the staged file, so its second name is the one asked for.
      return (await this.calls.lstat(from)).nlink > 1n;
    }
  }

  async remove(path: string): Promise<void> {
    await this.absent(`remove ${path}`, () => this.calls.unlink(path));
  }

  /** Removes something of ours. That it stays behind harms nobody: tmp/ is never read as content. */
  async discard(path: string): Promise<void> {
    await this.calls.unlink(path).catch((error: unknown) => {
      if (errnoOf(error) === undefined) throw error;
    });
  }

  /** Makes a folder and those above it, but never the root. */
  private async makeFolder(path: string): Promise<void> {
    if (path === this.root || this.#settled.has(path)) return;
    await this.makeFolder(dirname(path));
    await this.attempt(`make ${path}`, async () => {
      await this.calls.mkdir(path).catch((error: unknown) => {
        if (errnoOf(error) !== 'EEXIST') throw error;
      });
    });
  }

  private async settle(folder: string): Promise<void> {
    for (let at = folder; ; at = dirname(at)) {
      const isNew = !this.#settled.has(at);
      if (isNew || at === folder) await this.syncFolder(at);
      this.#settled.add(at);
      if (!isNew || at === this.root) return;
    }
  }

  private async syncFolder(path: string): Promise<void> {
    const file = await this.attempt(`open ${path}`, () => this.calls.open(path, constants.O_RDONLY));
    try {
      await this.attempt(`sync ${path}`, () => this.calls.sync(file));
    } finally {
      await this.calls.close(file);
    }
  }

  /** Undefined for what is not there, as long as the remote itself is. */
  private async absent<T>(operation: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await askAgain(action);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'ENOTDIR')
        throw folderFailure(this.root, operation, error);
      await this.assertThere();
      return undefined;
    }
  }

  private async attempt<T>(operation: string, action: () => Promise<T>): Promise<T> {
    try {
      return await askAgain(action);
    } catch (error) {
      throw folderFailure(this.root, operation, error);
    }
  }
}

/** A link has no place among blobs: what stands there is none. */
function passLink(error: unknown): undefined {
  if (errnoOf(error) !== 'ELOOP') throw error;
}

/** A handle of a network folder goes stale when another machine replaces what it stood for; the name leads to the new one. */
async function askAgain<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (errnoOf(error) !== 'ESTALE') throw error;
    return action();
  }
}
