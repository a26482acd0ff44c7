import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { maxSealLength, openSeal } from '@nx-ml/core/cache';
import { fromHex, isMlError } from '@nx-ml/core/kernel';
import type { BlobInfo, OpenBlob, ServedBlobs } from '@nx-ml/core/remote';

import { entriesPrefix, entryOfBlob } from '../cache/entry-blob.js';
import { decodeTrailer } from '../cache/sealed-body.js';

export interface ScrubReport {
  /** Entries that were read. */
  readonly entries: number;
  /** Bytes that were read. */
  readonly bytes: number;
  readonly wrong: readonly WrongEntry[];
}

interface WrongEntry {
  readonly blob: string;
  readonly reason: string;
  /** Where it was moved to; undefined when it was left. */
  readonly movedTo: string | undefined;
}

export interface ScrubDeps {
  readonly blobs: ServedBlobs;
  /** Those that are believed. */
  readonly keys: readonly KeyObject[];
  /** Only looks. */
  readonly isDry: boolean;
  readonly onProgress: (done: { readonly entries: number; readonly bytes: number }) => void;
}

/**
 * Reads every entry and compares its bytes with what was signed: a disk that changed some by itself is found by nothing else. What is
 * wrong is moved to `quarantine/`, so that the task can store its result again.
 */
export async function scrub({ blobs, keys, isDry, onProgress }: ScrubDeps): Promise<ScrubReport> {
  const report = { entries: 0, bytes: 0, wrong: [] as WrongEntry[] };
  for await (const info of blobs.list(entriesPrefix)) {
    const reason = await whatIsWrong(blobs, info, keys);
    report.entries += 1;
    report.bytes += info.size;
    onProgress(report);
    if (reason === undefined) continue;
    const movedTo = isDry ? undefined : await quarantine(blobs, info);
    report.wrong.push({ blob: info.name, reason, movedTo });
  }
  return report;
}

/** @returns undefined for an entry that is as it was signed, and for one that went away meanwhile. */
async function whatIsWrong(
  blobs: ServedBlobs,
  { name }: BlobInfo,
  keys: readonly KeyObject[],
): Promise<string | undefined> {
  const blob = await blobs.open(name);
  if (blob === undefined) return undefined;
  try {
    return await compare(blob, name, keys);
  } finally {
    await blob.close();
  }
}

async function compare(
  blob: OpenBlob,
  name: string,
  keys: readonly KeyObject[],
): Promise<string | undefined> {
  const key = entryOfBlob(name);
  if (key === undefined) return 'it has the name of no entry';
  const size = blob.size - maxSealLength;
  if (size < 0) return 'it is shorter than a seal';
  const seal: Buffer[] = [];
  for await (const piece of blob.pieces(size, blob.size)) seal.push(Buffer.from(piece));
  try {
    const statement = openSeal(decodeTrailer(Buffer.concat(seal)), {
      keys,
      hash: key.hash,
      reader: key.scope,
    });
    if (statement.scope !== key.scope) return `it was stored in ${statement.scope}`;
    if (statement.size !== size) return `it has ${String(size)} bytes, not ${String(statement.size)}`;
    const isRight = (await digestOfPieces(blob, size)) === statement.digest;
    return isRight ? undefined : 'its bytes are not those that were signed';
  } catch (error) {
    if (isMlError(error) && error.code === 'ERR_ML_CACHE_ENTRY_UNTRUSTED') return error.message;
    throw error;
  }
}

async function digestOfPieces(blob: OpenBlob, size: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of blob.pieces(0, size)) hash.update(piece);
  return fromHex(hash.digest('hex'));
}

/** A name that is taken there already has what was wrong before: it is kept, and this one is of no more use. */
async function quarantine(blobs: ServedBlobs, { name, size }: BlobInfo): Promise<string> {
  const movedTo = `quarantine/${name}`;
  await blobs.createFrom(movedTo, {
    size,
    async *read(start, end) {
      yield* (await blobs.read(name, { start, end })) ?? [];
    },
  });
  await blobs.remove(name);
  return movedTo;
}
