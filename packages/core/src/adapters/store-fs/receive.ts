import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { dirname } from 'node:path';

import { fromHex } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import { wrongBytes } from '../../store/index.js';
import type { IncomingObject } from '../../store/index.js';
import { errnoOf } from './failures.js';
import { BlockWriter } from './block-writer.js';
import type { OpenFile } from './open-file.js';
import { adoptPartial, leavePartial, newPartial } from './partials.js';
import { Pump } from './pump.js';
import type { Received } from './received.js';
import type { StoreFolder } from './store-folder.js';

export interface ReceiveParts {
  readonly folder: StoreFolder;
  readonly clock: Clock;
  /** Told of what came in one go. */
  readonly received: Received;
}

/** How much of it is there. */
interface Came {
  readonly hash: Hash;
  size: number;
}

/** One object on its way from another place into the store, by way of a file in tmp/ that outlives an interruption. */
export class Receiving {
  readonly #incoming: IncomingObject;
  readonly #folder: StoreFolder;
  readonly #clock: Clock;
  readonly #received: Received;
  readonly #pump = new Pump();

  constructor(incoming: IncomingObject, { folder, clock, received }: ReceiveParts) {
    this.#incoming = incoming;
    this.#folder = folder;
    this.#clock = clock;
    this.#received = received;
  }

  async run(): Promise<void> {
    const adopted = adoptPartial(this.#folder, this.#incoming.digest, this.#clock.now());
    if (adopted !== undefined && (await this.#bring(adopted, true))) return;
    // What an earlier attempt left may be torn, so that only what came in one go tells about the place.
    if (await this.#bring(newPartial(this.#folder, this.#incoming.digest), false)) return;
    throw wrongBytes(this.#incoming.digest, this.#incoming.place);
  }

  /** @returns false when the bytes were wrong; then none of them is left. */
  async #bring(path: string, isResumed: boolean): Promise<boolean> {
    try {
      const written = await this.#fill(path, isResumed);
      if (written === undefined) this.#folder.disk.discard(path);
      else await this.#name(path);
      // Of what was there before nobody knows who else may write to it.
      if (written !== undefined && !isResumed) this.#received.remember(this.#incoming.digest, written);
      return written !== undefined;
    } finally {
      leavePartial(path);
    }
  }

  /** @returns what the file says of itself once its bytes are right and durable; undefined for wrong ones */
  async #fill(path: string, isResumed: boolean): Promise<BigIntStats | undefined> {
    const { disk } = this.#folder;
    const file = isResumed ? disk.update(path) : disk.create(path, 0o644);
    return file.using(async (open) => {
      const came: Came = { hash: createHash('sha256'), size: 0 };
      if (isResumed) await this.#rehash(open, came);
      await this.#take(open, came);
      if (fromHex(came.hash.digest('hex')) !== this.#incoming.digest) return undefined;
      await open.sync();
      return open.stat();
    });
  }

  async #rehash(file: OpenFile, came: Came): Promise<void> {
    for (let count = -1; count !== 0; came.size += count) {
      count = file.readAt(this.#pump.block, came.size);
      came.hash.update(this.#pump.block.subarray(0, count));
      await this.#pump.breathe(count);
    }
  }

  /** More bytes than promised are not worth reading: the hash is wrong already. */
  async #take(file: OpenFile, came: Came): Promise<void> {
    if (came.size >= this.#incoming.size && came.size > 0) return;
    const writer = new BlockWriter(file, came.size);
    try {
      for await (const part of await this.#incoming.read(came.size)) {
        came.hash.update(part);
        came.size += part.length;
        writer.write(part);
        if (came.size > this.#incoming.size) return;
      }
      await writer.end();
    } finally {
      // Also of what breaks off: the next attempt goes on from there.
      await writer.flush();
    }
  }

  /** The bytes are right and durable, so that replacing whatever carries the name heals it at worst. */
  async #name(path: string): Promise<void> {
    const { disk, objectNames } = this.#folder;
    const target = this.#folder.object(this.#incoming.digest);
    disk.chmod(path, 0o444);
    try {
      disk.rename(path, target);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      disk.makeFolder(dirname(target));
      disk.rename(path, target);
    }
    const folders = objectNames.upwards([dirname(target)]);
    for (const folder of folders) await disk.syncFolder(folder);
    objectNames.settle(folders);
  }
}
