import { createHash } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import type { TaskHash } from '../../../cache/index.js';
import { parseQueuedFileName, queuedFileName } from '../../../cache-proxy/index.js';
import type { QueuedEntry, QueueOwner } from '../../../cache-proxy/index.js';
import { fromHex } from '../../../kernel/index.js';
import type { Digest } from '../../../kernel/index.js';
import { SpoolFailure, writeAll } from '../files/spool.js';
import type { OpenFile } from '../files/spool.js';

export interface QueueOptions {
  /** Absolute. */
  readonly folder: string;
  readonly owner: QueueOwner;
  /** Bytes of all that waits in the folder, whoever owns it. */
  readonly maxBytes: number;
  /** Bytes of one entry. */
  readonly maxEntry: number;
  readonly opening: OpenFile;
}

/** A file of the queue. */
export interface QueuedFile extends QueuedEntry {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Why an entry of Nx is not kept. Never leaves this adapter. */
export class NotQueued extends Error {
  override readonly name = 'NotQueued';

  constructor(readonly why: string) {
    super(why);
  }
}

/** What nobody sent for so long, nobody will: its token is gone, or its hash. Milliseconds. */
const staleMs = 14 * 24 * 3_600_000;

let count = 0;

/**
 * Entries that wait for their way to the server, one file each. A file has its name only when all of it is on disk, and its name says
 * what it is and whose; so whatever is killed, there is nothing to repair.
 */
export class QueueFolder {
  readonly #options: QueueOptions;

  private constructor(options: QueueOptions) {
    this.#options = options;
  }

  get folder(): string {
    return this.#options.folder;
  }

  /** Makes the folder, for us alone, and removes what nobody will send. @throws SpoolFailure */
  static async open(options: QueueOptions, now: number): Promise<QueueFolder> {
    const { folder } = options;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const state = await lstat(folder);
      const isOurs = state.isDirectory() && state.uid === (process.getuid?.() ?? state.uid);
      // What others may write, they could fill with entries, and what they may read holds outputs.
      if (!isOurs || (state.mode & 0o022) !== 0)
        throw new SpoolFailure(undefined, 'the queue folder is not ours alone');
      await removeStale(folder, now);
    } catch (error) {
      throw error instanceof SpoolFailure ? error : new SpoolFailure(error);
    }
    return new QueueFolder(options);
  }

  /**
   * Takes an entry; resolves when it is safely on disk. All of the body is read in any case, for Nx takes a broken connection
   * for a failed task.
   *
   * @throws NotQueued, SpoolFailure; or what the body fails with
   */
  async add(hash: TaskHash, body: Readable): Promise<QueuedFile> {
    const { folder, opening } = this.#options;
    count += 1;
    const partial = join(folder, `${String(process.pid)}-${String(count)}.part`);
    try {
      const free = await this.#room();
      const handle = await opening(partial, 'wx', 0o600).catch((error: unknown) => {
        throw new SpoolFailure(error);
      });
      const { digest, size } = await takeBody(body, handle, free);
      const name = queuedFileName({ hash, digest }, this.#options.owner);
      if (name === undefined) throw new NotQueued('its name is too long for a file');
      const path = join(folder, name);
      await named(partial, path, folder);
      return { hash, digest, size, path, since: (await stat(path)).mtimeMs };
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** How much may come, and why no more. */
  async #room(): Promise<Room> {
    const { folder, maxBytes, maxEntry } = this.#options;
    const used = (await filesIn(folder)).reduce((sum, { size }) => sum + size, 0);
    const left = maxBytes - used;
    return left < maxEntry
      ? { bytes: Math.max(0, left), why: 'the queue is full' }
      : { bytes: maxEntry, why: 'it is larger than --max-entry allows' };
  }

  /** Ours, the oldest first. @throws SpoolFailure */
  async list(): Promise<readonly QueuedFile[]> {
    const files = await filesIn(this.#options.folder);
    const ours = files.flatMap(({ name, ...file }) => {
      const entry = parseQueuedFileName(name, this.#options.owner);
      return entry === undefined ? [] : [{ ...file, ...entry }];
    });
    return ours.sort((a, b) => a.since - b.since);
  }

  async remove({ path }: QueuedFile): Promise<void> {
    await rm(path, { force: true });
  }
}

interface Room {
  readonly bytes: number;
  readonly why: string;
}

async function takeBody(
  body: Readable,
  handle: FileHandle,
  room: Room,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > room.bytes) throw new NotQueued(room.why);
      hash.update(part);
      await writeAll(handle, part);
    }
    await handle.datasync().catch((error: unknown) => {
      throw new SpoolFailure(error);
    });
  } finally {
    await handle.close();
  }
  return { digest: fromHex(hash.digest('hex')), size };
}

async function named(partial: string, path: string, folder: string): Promise<void> {
  try {
    await rename(partial, path);
    const parent = await open(folder, 'r');
    await parent.sync().finally(() => parent.close());
  } catch (error) {
    throw new SpoolFailure(error);
  }
}

interface FoundFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly since: number;
}

async function filesIn(folder: string): Promise<readonly FoundFile[]> {
  try {
    const names = await readdir(folder);
    const found = await Promise.all(
      names.map(async (name) => {
        const path = join(folder, name);
        // Another proxy may have sent it meanwhile.
        const state = await lstat(path).catch(() => undefined);
        return state?.isFile() === true ? [{ name, path, size: state.size, since: state.mtimeMs }] : [];
      }),
    );
    return found.flat();
  } catch (error) {
    throw new SpoolFailure(error);
  }
}

async function removeStale(folder: string, now: number): Promise<void> {
  const ours = /^(\d+-\d+\.(part|spool)|.+\.entry)$/;
  for (const { name, path, since } of await filesIn(folder))
    if (ours.test(name) && now - since > staleMs) await rm(path, { force: true });
}
