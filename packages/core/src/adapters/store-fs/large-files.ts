import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { LargeFile, LargeFiles } from '../../chunks/index.js';
import { fromHex } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { BlobSource } from '../../remote/index.js';
import { errnoOf } from './failures.js';
import { nodeFileCalls } from './file-calls.js';
import { fingerprint, sourceChanged } from './source.js';
import { StoreFolder } from './store-folder.js';

const block = 1024 * 1024;
const shard = /^[0-9a-f]{2}$/;
const rest = /^[0-9a-f]{62}$/;

/** The objects of a folder store as files, for whoever looks for similar ones. What cannot be read is passed over. */
export function openLargeFiles(root: string): LargeFiles {
  return new FolderLargeFiles(new StoreFolder(root, nodeFileCalls));
}

class FolderLargeFiles implements LargeFiles {
  /** Looked up once: which files are alike does not change with those that are being pushed or pulled. */
  #found: Promise<readonly Found[]> | undefined;

  constructor(private readonly folder: StoreFolder) {}

  async find(digest: Digest): Promise<LargeFile | undefined> {
    const found = await look(this.folder.object(digest), digest);
    return found === undefined ? undefined : this.#file(found);
  }

  async latest({
    least,
    most,
  }: {
    readonly least: number;
    readonly most: number;
  }): Promise<readonly LargeFile[]> {
    this.#found ??= this.#list();
    return (await this.#found)
      .filter(({ size }) => size >= least && size <= most)
      .map((found) => this.#file(found));
  }

  async #list(): Promise<readonly Found[]> {
    const found: Found[] = [];
    for (const prefix of await namesIn(this.folder.objects, shard))
      for (const name of await namesIn(join(this.folder.objects, prefix), rest)) {
        const one = await look(join(this.folder.objects, prefix, name), fromHex(prefix + name));
        if (one !== undefined && one.size >= block) found.push(one);
      }
    return found.sort((a, b) => b.changed - a.changed);
  }

  #file(found: Found): LargeFile {
    const path = this.folder.object(found.digest);
    return { digest: found.digest, path, bytes: fileSource(path, found) };
  }
}

interface Found {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly changed: number;
  readonly fingerprint: string;
}

async function look(path: string, digest: Digest): Promise<Found | undefined> {
  const stat = await unless(lstat(path, { bigint: true }));
  if (stat?.isFile() !== true) return undefined;
  return {
    digest,
    size: Number(stat.size),
    changed: Number(stat.mtimeMs),
    fingerprint: fingerprint(stat),
  };
}

async function namesIn(folder: string, pattern: RegExp): Promise<readonly string[]> {
  return ((await unless(readdir(folder))) ?? []).filter((name) => pattern.test(name));
}

async function unless<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function fileSource(path: string, found: Found): BlobSource {
  return {
    size: found.size,
    async *read(start, end) {
      const file = await open(path);
      try {
        if (fingerprint(await file.stat({ bigint: true })) !== found.fingerprint) throw sourceChanged(path);
        for (let at = start; at < end;) {
          const buffer = Buffer.allocUnsafe(Math.min(block, end - at));
          const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
          at += bytesRead;
        }
      } finally {
        await file.close();
      }
    },
  };
}
