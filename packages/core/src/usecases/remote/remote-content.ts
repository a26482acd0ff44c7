import { chunksName, readRecipe, recipeName } from '../../chunks/index.js';
import type { Recipe } from '../../chunks/index.js';
import { digestOf, isMlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import {
  collect,
  eachOf,
  indexBlob,
  maxIndexBytes,
  objectBlob,
  packBlob,
  PackIndex,
} from '../../remote/index.js';
import type { Remote, TransferOptions } from '../../remote/index.js';
import { listRemote } from './remote-inventory.js';
import type { RemoteInventory } from './remote-inventory.js';

/** Something at a remote that is not what its name promises. */
export interface RemoteDamage {
  /** Name of the blob, or of the journal. */
  readonly name: string;
  /** `its pack has 12 bytes instead of 40`. */
  readonly why: string;
  /** Objects that cannot be had from there for it, as far as they are known. */
  readonly objects: readonly Digest[];
}

export type TellDamage = (damage: RemoteDamage) => void;

/** A remote as its names, sizes, indexes and recipes tell it; what of them cannot be used is left out. */
export interface RemoteContent {
  readonly remote: Remote;
  readonly listed: RemoteInventory;
  readonly indexes: ReadonlyMap<Digest, PackIndex>;
  readonly recipes: ReadonlyMap<Digest, Recipe>;
}

const atOnce = 16;

/**
 * Reads all indexes and recipes anew: nothing that this machine remembers of a remote is believed.
 *
 * @throws MlError ERR_ML_CANCELLED, and the failures of the remote
 */
export async function readRemoteContent(
  remote: Remote,
  onDamage: TellDamage,
  options: TransferOptions = {},
): Promise<RemoteContent> {
  const listed = await listRemote(remote.blobs);
  const reading = { remote, listed, onDamage, options };
  return { remote, listed, indexes: await readIndexes(reading), recipes: await readRecipes(reading) };
}

/** Every object that can be had from a remote, less what is known to be damaged in its place. */
export function objectsAt(
  { listed, indexes, recipes }: RemoteContent,
  damaged: readonly RemoteDamage[] = [],
): ReadonlySet<Digest> {
  const bad = new Map(damaged.map(({ name, objects }) => [name, new Set(objects)]));
  const all = new Set<Digest>();
  for (const digest of listed.objects.keys()) if (!bad.has(objectBlob(digest))) all.add(digest);
  for (const digest of recipes.keys()) if (!bad.has(recipeName(digest))) all.add(digest);
  for (const [pack, index] of indexes) {
    const wrong = bad.get(packBlob(pack));
    for (const digest of index.digests()) if (wrong?.has(digest) !== true) all.add(digest);
  }
  return all;
}

interface Reading {
  readonly remote: Remote;
  readonly listed: RemoteInventory;
  readonly onDamage: TellDamage;
  readonly options: TransferOptions;
}

async function readIndexes({
  remote,
  listed,
  onDamage,
  options,
}: Reading): Promise<ReadonlyMap<Digest, PackIndex>> {
  const indexes = new Map<Digest, PackIndex>();
  const finished = [...listed.packs].filter(([, { index }]) => index !== undefined);
  await eachOf(finished, atOnce, async ([pack, { pack: size }]) => {
    const name = indexBlob(pack);
    const stream = await remote.blobs.read(name, undefined, options);
    // It is gone since it was listed.
    if (stream === undefined) return;
    const bytes = await collect(stream, maxIndexBytes);
    if (bytes === undefined || digestOf(bytes) !== pack) {
      onDamage({ name, why: 'its bytes do not match its name', objects: [] });
      return;
    }
    const index = readOrTell({ name, onDamage }, () => PackIndex.decode(bytes, name));
    if (index === undefined) return;
    if (size === index.packSize) indexes.set(pack, index);
    else onDamage({ name, why: packSizeText(size, index.packSize), objects: [...index.digests()] });
  });
  return indexes;
}

function packSizeText(size: number | undefined, wanted: number): string {
  if (size === undefined) return 'its pack is not there';
  return `its pack has ${String(size)} bytes instead of ${String(wanted)}`;
}

/** A recipe is of use only with all of the blobs that it takes from. */
async function readRecipes({
  remote,
  listed,
  onDamage,
  options,
}: Reading): Promise<ReadonlyMap<Digest, Recipe>> {
  const recipes = new Map<Digest, Recipe>();
  const sizes = new Map([
    ...[...listed.objects].map(([digest, size]) => [objectBlob(digest), size] as const),
    ...[...listed.chunks].map(([digest, size]) => [chunksName(digest), size] as const),
  ]);
  await eachOf(listed.recipes.keys(), atOnce, async (digest) => {
    const name = recipeName(digest);
    const blame = { name, onDamage, objects: [digest] };
    const recipe = await awaitOrTell(blame, () => readRecipe(remote.blobs, digest, options));
    if (recipe === undefined) return;
    const lacking = lackingSource(recipe, sizes);
    if (lacking === undefined) recipes.set(digest, recipe);
    else
      onDamage({
        name,
        why: `it takes from ${lacking}, which is not there or too short`,
        objects: [digest],
      });
  });
  return recipes;
}

function lackingSource(
  { sources, runs, segments }: Recipe,
  sizes: ReadonlyMap<string, number>,
): string | undefined {
  const ends = sources.map(() => 0);
  for (const { source, offset, size } of runs) ends[source] = Math.max(ends[source] ?? 0, offset + size);
  for (const { source, offset } of segments) ends[source] = Math.max(ends[source] ?? 0, offset);
  return sources.find((name, at) => (sizes.get(name) ?? -1) < (ends[at] ?? 0));
}

interface Blame {
  readonly name: string;
  readonly onDamage: TellDamage;
  readonly objects?: readonly Digest[];
}

/** What a reader refuses is damage; a failure of the remote is none. */
export function readOrTell<T>(blame: Blame, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    tell(blame, error);
    return undefined;
  }
}

/** The same for what takes time. */
export async function awaitOrTell<T>(blame: Blame, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    tell(blame, error);
    return undefined;
  }
}

const refusals: readonly string[] = [
  'ERR_ML_DOCUMENT_INVALID',
  'ERR_ML_OBJECT_CORRUPT',
  'ERR_ML_JOURNAL_BROKEN',
];

function tell({ name, onDamage, objects = [] }: Blame, error: unknown): void {
  if (!isMlError(error) || !refusals.includes(error.code)) throw error;
  onDamage({ name, why: error.message, objects });
}
