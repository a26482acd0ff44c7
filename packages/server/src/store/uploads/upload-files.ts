import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { Scope } from '@nx-ml/core/cache';
import type { Clock } from '@nx-ml/core/kernel';

import { Refusal } from '../../http/refusal.js';
import { refusingFull } from './full-disk.js';
import { Receipt } from './receipt.js';

/** An upload: whose, of what, and how large it will be. */
export interface UploadKey {
  readonly scope: Scope;
  readonly name: string;
  /** Bytes of the whole. */
  readonly size: number;
}

export interface UploadLimits {
  /** Bytes that the unfinished uploads of one scope may keep, those under way with all that they announced. */
  readonly bytesOfScope: number;
  /** Milliseconds after which one that nobody goes on with is removed. */
  readonly expiry: number;
}

export const defaultUploadLimits: UploadLimits = {
  bytesOfScope: 200 * 1000 ** 3,
  expiry: 24 * 3600 * 1000,
};

/** Milliseconds that an upload has to notice that its connection is gone, and between two looks. */
const patience = 2000;
const step = 20;

interface Leftover {
  readonly path: string;
  readonly size: number;
  readonly changed: number;
}

/**
 * Uploads on their way, each a file in a folder of its scope: what an interrupted one brought is gone on with, also after a restart of
 * the server. Only what is named by its hash is: anything else could be finished by another than began it, and nobody would know.
 */
export class UploadFiles {
  /** Announced sizes of those that are being received, by file. */
  readonly #busy = new Map<string, { readonly scope: Scope; readonly size: number }>();
  #count = 0;

  /** @param folder of this server alone, on one file system; made at the first upload */
  constructor(
    private readonly folder: string,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly limits: UploadLimits = defaultUploadLimits,
  ) {}

  /**
   * How much of it is there to go on with, bytes. One that somebody is at is not there; but whoever comes back at once after a break is
   * faster than the news of it, so it is waited for a little.
   */
  async offset(key: UploadKey): Promise<number> {
    const path = this.#path(key);
    for (let waited = 0; this.#busy.has(path) && waited < patience; waited += step) await pause(step);
    if (this.#busy.has(path)) return 0;
    const size = (await fs.stat(path).catch(passAbsent))?.size ?? 0;
    return size <= key.size ? size : 0;
  }

  /**
   * Begins to receive, or goes on.
   *
   * @param from where what comes begins, bytes, at most what is there; 0 for all of it
   * @throws Refusal 409 when less than that is there; 507 when the scope keeps too much already
   */
  async receive(key: UploadKey, from: number, keeps: boolean): Promise<Receipt> {
    const common = this.#path(key);
    if (from > 0 && (this.#busy.has(common) || from > (await this.offset(key)))) throw elsewhere();
    // Two that send the same at once must not write into one file; only the first can be gone on with.
    const isOwn = !keeps || this.#busy.has(common);
    const path = isOwn ? `${common}.${String(process.pid)}-${String((this.#count += 1))}` : common;
    this.#busy.set(path, key);
    try {
      const folder = join(this.folder, key.scope);
      await refusingFull(() => fs.mkdir(folder, { recursive: true, mode: 0o700 }));
      await this.#makeRoom(key.scope, path);
      const before = await this.#hashOf(path, from);
      const file = await refusingFull(() => fs.open(path, from > 0 ? 'r+' : 'w+', 0o600));
      const done = (): void => void this.#busy.delete(path);
      return new Receipt({ path, file, before, from, size: key.size, keeps: !isOwn }, done);
    } catch (error) {
      this.#busy.delete(path);
      throw error;
    }
  }

  /** Removes what nobody has gone on with for long. */
  async sweep(): Promise<void> {
    for (const scope of (await fs.readdir(this.folder).catch(passAbsent)) ?? []) {
      for (const { path, changed } of await this.#leftovers(scope))
        if (changed < this.clock.now() - this.limits.expiry) await fs.rm(path, { force: true });
    }
  }

  /** What is left of earlier uploads goes first, the oldest before the others. */
  async #makeRoom(scope: Scope, except: string): Promise<void> {
    const left = (await this.#leftovers(scope)).filter(({ path }) => path !== except);
    const announced = [...this.#busy.values()].filter((one) => one.scope === scope);
    let kept = [...left, ...announced].reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of left.sort((a, b) => a.changed - b.changed)) {
      if (kept <= this.limits.bytesOfScope) break;
      await fs.rm(path, { force: true });
      kept -= size;
    }
    if (kept > this.limits.bytesOfScope) throw tooMuch(this.limits.bytesOfScope);
  }

  /** Those that nobody is at. */
  async #leftovers(scope: string): Promise<Leftover[]> {
    const names = (await fs.readdir(join(this.folder, scope)).catch(passAbsent)) ?? [];
    const paths = names.map((name) => join(this.folder, scope, name)).filter((path) => !this.#busy.has(path));
    const found: Leftover[] = [];
    for (const path of paths) {
      const stat = await fs.lstat(path).catch(passAbsent);
      if (stat?.isFile() === true) found.push({ path, size: stat.size, changed: stat.mtimeMs });
    }
    return found;
  }

  /** The hash of what came before is made again: it is what the end is judged by. */
  async #hashOf(path: string, end: number): Promise<Hash> {
    const hash = createHash('sha256');
    if (end === 0) return hash;
    const file = await fs.open(path);
    try {
      const buffer = Buffer.allocUnsafe(1024 * 1024);
      for (let at = 0; at < end;) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - at), at);
        if (bytesRead === 0) throw elsewhere();
        hash.update(buffer.subarray(0, bytesRead));
        at += bytesRead;
      }
      return hash;
    } finally {
      await file.close();
    }
  }

  #path({ scope, name, size }: UploadKey): string {
    const key = createHash('sha256')
      .update(`${name}\n${String(size)}`)
      .digest('hex');
    return join(this.folder, scope, `${key}.part`);
  }
}

function passAbsent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

const elsewhere = (): Refusal =>
  new Refusal(409, {
    message: 'Less than that of this upload is there',
    fix: 'Ask how much of it is there: HEAD /v1/store/uploads/<name>?size=<bytes>.',
  });

const tooMuch = (limit: number): Refusal =>
  new Refusal(507, {
    message: `The unfinished uploads of this scope may have ${String(limit)} bytes`,
    fix: 'Wait for those that are under way to end, or raise the limit of the server.',
  });
