import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import type { Scope } from '@nx-ml/core/cache';
import { mentionedDigests } from '@nx-ml/core/gc';
import { fromHex } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';
import { collect, eachOf, journalOfBlob, objectBlob, packBlob } from '@nx-ml/core/remote';
import type { Blobs, RemotePacks } from '@nx-ml/core/remote';
import { maxJournalEntryBytes } from '@nx-ml/core/store';

import { sealBytes } from '../../cache/sealed-body.js';

export interface ReferenceDeps {
  /** All of it: the entries of Nx, too. */
  readonly storage: Blobs;
  /** Of the scope's store. */
  readonly blobs: Blobs;
  readonly packs: Pick<RemotePacks, 'find'>;
  /** Names of the entries of the scope's journals. */
  readonly journals: readonly string[];
}

/** Bytes of an entry of Nx that holds manifests; others hold outputs that no one follows. */
const largestEntry = 256 * 1024;
const largestTar = 4 * 1024 * 1024;
/** Bytes of a list of files. */
const largestTree = 64 * 1024 * 1024;
const treeStart = '{"entries":[';
const atOnce = 16;
const inflate = promisify(gunzip);

/**
 * Every digest that the journals of a scope and its entries of Nx lead to: results, records, logs, outputs, the files of their lists, and
 * what their keys were made of. To count more is safe: it only decides about what goes first. Nothing of it is verified, and whoever
 * lies about what he needs lies about his own scope.
 */
export async function referencesOf(scope: Scope, deps: ReferenceDeps): Promise<ReadonlySet<Digest>> {
  const reached = new Set<Digest>();
  let wave = [...(await namedInJournals(deps)), ...(await namedInEntries(scope, deps.storage))];
  while (wave.length > 0) {
    const fresh = new Set(wave.filter((digest) => !reached.has(digest)));
    for (const digest of fresh) reached.add(digest);
    wave = [];
    await eachOf(fresh, atOnce, async (digest) => {
      for (const named of digestsIn(await textOf(digest, deps))) wave.push(named);
    });
  }
  return reached;
}

async function namedInJournals({ blobs, journals }: ReferenceDeps): Promise<readonly Digest[]> {
  const named: Digest[] = [];
  await eachOf(journals, atOnce, async (name) => {
    const key = /^runs\/([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(journalOfBlob(name)?.journal ?? '');
    if (key !== null) named.push(fromHex(`${String(key[1])}${String(key[2])}`));
    const stream = await blobs.read(name);
    const bytes = stream && (await collect(stream, maxJournalEntryBytes));
    for (const digest of digestsIn(bytes)) named.push(digest);
  });
  return named;
}

/** What Nx restores of a step is its manifest, and nothing is worse than one whose model has gone. */
async function namedInEntries(scope: Scope, storage: Blobs): Promise<readonly Digest[]> {
  const small: string[] = [];
  for await (const { name, size } of storage.list(`cache/${scope}/`))
    if (size <= largestEntry + sealBytes) small.push(name);
  const named: Digest[] = [];
  await eachOf(small, atOnce, async (name) => {
    const stream = await storage.read(name);
    const bytes = stream && (await collect(stream, largestEntry + sealBytes));
    for (const digest of digestsIn(bytes && (await inflated(bytes.subarray(0, -sealBytes)))))
      named.push(digest);
  });
  return named;
}

/** Undefined for what is no archive, or opens out to more than a manifest has. */
async function inflated(bytes: Buffer): Promise<Buffer | undefined> {
  return inflate(bytes, { maxOutputLength: largestTar }).catch(() => undefined);
}

/** Of an object that may name others. */
async function textOf(digest: Digest, { blobs, packs }: ReferenceDeps): Promise<Buffer | undefined> {
  const [place] = packs.find(digest);
  if (place !== undefined) {
    const { pack, offset, size } = place;
    const stream = await blobs.read(packBlob(pack), { start: offset, end: offset + size });
    const bytes = stream && (await collect(stream, size));
    return bytes?.toString('latin1', 0, 1) === '{' ? bytes : undefined;
  }
  const head = await blobs.read(objectBlob(digest), { start: 0, end: treeStart.length });
  if (head === undefined || (await collect(head, treeStart.length))?.toString('latin1') !== treeStart)
    return undefined;
  const stream = await blobs.read(objectBlob(digest));
  return stream && collect(stream, largestTree);
}

function digestsIn(bytes: Buffer | undefined): readonly Digest[] {
  return bytes === undefined ? [] : mentionedDigests(bytes.toString('latin1')).map(({ digest }) => digest);
}
