import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { digestOf, fromHex, hexOf, isJsonObject } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';

export interface PartialPlace {
  /** Absolute; made when something comes. */
  readonly folder: string;
  /** Of this process: what it leaves when it is killed carries it. */
  readonly mark: string;
  /** Did the process with this mark end? undefined where that cannot be told from here. */
  readonly hasEnded: (mark: string) => boolean | undefined;
}

/** What a source says of the bytes that it gives. */
export interface SourceVersion {
  /** An entity tag or a date that other bytes would not have; undefined: it gives none, and nothing can be continued. */
  readonly validator: string | undefined;
  /** Bytes in all, where it says so. */
  readonly size: number | undefined;
}

interface Saved extends SourceVersion {
  /** So many bytes were on disk, and this was their sha256. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Bytes between two points from which an interrupted download goes on. */
const stride = 32 * 1024 * 1024;
const blockBytes = 1024 * 1024;
const weekMs = 7 * 24 * 60 * 60 * 1000;
const nothing: SourceVersion = { validator: undefined, size: undefined };

/**
 * What came of one address, in a folder of its own that outlives an interruption, a killed process and a power cut: what is
 * taken up again are bytes that were synced, and are still those that came.
 */
export class PartialDownload {
  readonly #place: PartialPlace;
  readonly #url: string;
  readonly #folder: string;
  #file: FileHandle | undefined;
  #hash: Hash = createHash('sha256');
  #received = 0;
  #savedAt = 0;
  #version = nothing;

  private constructor(place: PartialPlace, url: string) {
    this.#place = place;
    this.#url = url;
    this.#folder = join(place.folder, `${nameOf(url)}@${place.mark}`);
  }

  /** Takes over what an ended process left of this address, where it is sound; else there is nothing yet. */
  static async open(place: PartialPlace, url: string): Promise<PartialDownload> {
    const partial = new PartialDownload(place, url);
    await mkdir(place.folder, { recursive: true });
    await sweep(place);
    const isAdopted = await adopt(place, url, partial.#folder);
    if (!isAdopted) await mkdir(partial.#folder, { recursive: true });
    if (!isAdopted || !(await partial.#takeUp())) await partial.begin(nothing);
    return partial;
  }

  /** Absolute path of the bytes. */
  get at(): string {
    return join(this.#folder, 'bytes');
  }

  /** Bytes. */
  get received(): number {
    return this.#received;
  }

  get version(): SourceVersion {
    return this.#version;
  }

  /** Forgets what came, for bytes of another version. */
  async begin(version: SourceVersion): Promise<void> {
    await this.#file?.close();
    await rm(join(this.#folder, 'source.json'), { force: true });
    this.#file = await open(this.at, 'w');
    this.#hash = createHash('sha256');
    [this.#received, this.#savedAt, this.#version] = [0, 0, version];
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#file?.writeFile(bytes);
    this.#hash.update(bytes);
    this.#received += bytes.byteLength;
    if (this.#received - this.#savedAt >= stride) await this.save();
  }

  /** Makes what came durable, so that a later process may go on from here. */
  async save(): Promise<void> {
    if (this.#version.validator === undefined || this.#received === this.#savedAt) return;
    await this.#file?.datasync();
    const saved: Saved = { ...this.#version, bytes: this.#received, sha256: this.#sum() };
    const path = join(this.#folder, 'source.json');
    await writeFile(`${path}.new`, JSON.stringify({ formatVersion: 1, url: this.#url, ...saved }));
    await rename(`${path}.new`, path);
    this.#savedAt = this.#received;
  }

  digest(): Digest {
    return fromHex(this.#sum());
  }

  async remove(): Promise<void> {
    await this.#file?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** @returns whether a later download of this address can go on from what came. */
  async leave(): Promise<boolean> {
    await this.save();
    if (this.#savedAt === 0) {
      await this.remove();
      return false;
    }
    await this.#file?.close();
    const free = join(this.#place.folder, nameOf(this.#url));
    await rename(this.#folder, free).catch(() => rm(this.#folder, { recursive: true, force: true }));
    return true;
  }

  #sum(): string {
    return this.#hash.copy().digest('hex');
  }

  /** @returns false where it is not, or no longer, what was saved. */
  async #takeUp(): Promise<boolean> {
    const saved = await readSaved(this.#folder, this.#url);
    const file = saved === undefined ? undefined : await open(this.at, 'r+').catch(() => undefined);
    if (saved === undefined || file === undefined) return false;
    this.#file = file;
    const block = Buffer.allocUnsafe(blockBytes);
    while (this.#received < saved.bytes) {
      const most = Math.min(blockBytes, saved.bytes - this.#received);
      const { bytesRead } = await file.read(block, 0, most, this.#received);
      if (bytesRead === 0) return false;
      this.#hash.update(block.subarray(0, bytesRead));
      this.#received += bytesRead;
    }
    if (this.#sum() !== saved.sha256) return false;
    await file.truncate(saved.bytes);
    // The file's own position is where reading without one began: at its start.
    await file.close();
    this.#file = await open(this.at, 'a');
    [this.#savedAt, this.#version] = [saved.bytes, saved];
    return true;
  }
}

function nameOf(url: string): string {
  return hexOf(digestOf(url)).slice(0, 32);
}

/** Renaming decides between two that want it. */
async function adopt({ folder, hasEnded }: PartialPlace, url: string, mine: string): Promise<boolean> {
  for (const name of await readdir(folder)) {
    const [of, mark] = name.split('@');
    if (of !== nameOf(url) || (mark !== undefined && hasEnded(mark) !== true)) continue;
    const taken = await rename(join(folder, name), mine).then(
      () => true,
      () => false,
    );
    if (taken) return true;
  }
  return false;
}

/** What nobody came back for. */
async function sweep({ folder, hasEnded }: PartialPlace): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, mark] = name.split('@');
    if (mark !== undefined && hasEnded(mark) === false) continue;
    const at = join(folder, name);
    const stats = await stat(join(at, 'bytes')).catch(() => stat(at).catch(() => undefined));
    if (stats !== undefined && Date.now() - stats.mtimeMs > weekMs)
      await rm(at, { recursive: true, force: true });
  }
}

async function readSaved(folder: string, url: string): Promise<Saved | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, 'source.json'), 'utf8'));
    if (!isJsonObject(value) || value['formatVersion'] !== 1 || value['url'] !== url) return undefined;
    const { validator, size, bytes, sha256 } = value;
    if (typeof validator !== 'string' || !Number.isSafeInteger(bytes) || typeof sha256 !== 'string')
      return undefined;
    return { validator, size: typeof size === 'number' ? size : undefined, bytes: Number(bytes), sha256 };
  } catch {
    return undefined;
  }
}
