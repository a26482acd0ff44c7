import { readRecipe, recipeOfBlob } from '@nx-ml/core/chunks';
import type { Scope } from '@nx-ml/core/cache';
import { isMlError } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';
import {
  eachOf,
  formatBlob,
  indexBlob,
  objectOfBlob,
  packBlob,
  packOfBlob,
  RemotePacks,
} from '@nx-ml/core/remote';
import type { BlobInfo, ServedBlobs } from '@nx-ml/core/remote';

import { entryOf } from '../space/place-of-name.js';
import { ScopedBlobs } from '../space/scoped-blobs.js';
import { referencesOf } from './references.js';
import type { StoreUnit } from './store-unit.js';

/** What is known of the uses of a store. */
export interface KnownUses {
  usedAt(blob: string): number;
  listedAt(folder: string): number;
}

/** More blobs than the store of any pull request has, each of which takes memory while it is looked at. */
const mostBlobs = 500_000;
/** Bytes: the document of a remote, which stays as the journals do. */
const largestFormat = 4096;
const atOnce = 16;

/**
 * Everything of a scope's store that can go: not its journals, nor what makes it a store.
 *
 * @throws Error where there is more than can be looked at; MlError as the blobs
 */
export async function readScopeStore(
  scope: Scope,
  storage: ServedBlobs,
  uses: KnownUses,
): Promise<readonly StoreUnit[]> {
  const folder = `store/${scope}/`;
  const blobs = new ScopedBlobs(storage, folder);
  const { journals, packs, recipes, others } = await listContent(blobs, scope);
  const indexes = new RemotePacks(blobs, unread);
  await indexes.refresh();
  const reached = await referencesOf(scope, { storage, blobs, packs: indexes, journals });
  const named = new Set([...reached].flatMap((digest) => indexes.find(digest).map(({ pack }) => pack)));
  const own = { scope, folder, uses };
  const isReached = (digest?: Digest): boolean => digest !== undefined && reached.has(digest);
  const units = others.map((blob) => ({
    ...unitOf([blob], own),
    isReferenced: isReached(objectOfBlob(blob.name)),
  }));
  for (const [pack, parts] of packs) units.push({ ...unitOf(parts, own), isReferenced: named.has(pack) });
  await eachOf(recipes, atOnce, async ([digest, blob]) => {
    const takesFrom = (await sourcesOf(digest, blobs)).map((source) => folder + source);
    units.push({ ...unitOf([blob], own), isReferenced: isReached(digest), takesFrom });
  });
  return units;
}

/** Indexes are read for this once. */
const unread = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() };

interface OwnStore {
  readonly scope: Scope;
  readonly folder: string;
  readonly uses: KnownUses;
}

function unitOf(parts: readonly BlobInfo[], { scope, folder, uses }: OwnStore): StoreUnit {
  const times = parts.map(({ name, changedAt = 0 }) => Math.max(uses.usedAt(folder + name), changedAt));
  const usedAt = Math.max(...times);
  return {
    scope,
    blobs: parts.map(({ name }) => folder + name),
    size: parts.reduce((sum, { size }) => sum + size, 0),
    usedAt,
    reliedAt: Math.max(usedAt, uses.listedAt(folder)),
    isReferenced: false,
    takesFrom: [],
  };
}

interface ListedContent {
  /** Names of entries. */
  readonly journals: string[];
  /** The index before the pack, whatever of them is there. */
  readonly packs: Map<Digest, BlobInfo[]>;
  readonly recipes: Map<Digest, BlobInfo>;
  readonly others: BlobInfo[];
}

async function listContent(blobs: ScopedBlobs, scope: Scope): Promise<ListedContent> {
  const listed: ListedContent = { journals: [], packs: new Map(), recipes: new Map(), others: [] };
  let count = 0;
  for await (const blob of blobs.list('')) {
    if ((count += 1) > mostBlobs) throw tooMany(scope);
    place(blob, listed);
  }
  return listed;
}

function place(blob: BlobInfo, listed: ListedContent): void {
  const { name, size } = blob;
  const [pack, recipe] = [packOfBlob(name), recipeOfBlob(name)];
  if (entryOf(name) !== undefined) listed.journals.push(name);
  else if (pack !== undefined) {
    const parts = [...(listed.packs.get(pack.pack) ?? []), blob];
    const order = [indexBlob(pack.pack), packBlob(pack.pack)];
    listed.packs.set(
      pack.pack,
      parts.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
    );
  } else if (recipe !== undefined) listed.recipes.set(recipe, blob);
  else if (name !== formatBlob || size > largestFormat) listed.others.push(blob);
}

/** One that cannot be read is made of nothing: it is of use to nobody. */
async function sourcesOf(recipe: Digest, blobs: ScopedBlobs): Promise<readonly string[]> {
  try {
    return (await readRecipe(blobs, recipe))?.sources ?? [];
  } catch (error) {
    if (isMlError(error) && error.code === 'ERR_ML_DOCUMENT_INVALID') return [];
    throw error;
  }
}

function tooMany(scope: Scope): Error {
  return new Error(
    `store/${scope} has more than ${String(mostBlobs)} blobs, and nothing of it is removed; nx-ml-server gc --scope ${scope} removes all of it`,
  );
}
