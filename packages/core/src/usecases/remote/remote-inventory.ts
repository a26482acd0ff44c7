import { chunksOfBlob, recipeOfBlob } from '../../chunks/index.js';
import type { Digest } from '../../kernel/index.js';
import { endlessListing, journalOfBlob, mostListed, objectOfBlob, packOfBlob } from '../../remote/index.js';
import type { BlobInfo, Blobs } from '../../remote/index.js';

/** Sizes in bytes; undefined where the blob is not there. */
export interface ListedPack {
  readonly pack: number | undefined;
  readonly index: number | undefined;
}

/** Everything that lies at a remote, by what its name says. Nothing of it is read. */
export interface RemoteInventory {
  /** By the digest of the pack's index. */
  readonly packs: ReadonlyMap<Digest, ListedPack>;
  /** Whole objects, and their sizes. */
  readonly objects: ReadonlyMap<Digest, number>;
  readonly recipes: ReadonlyMap<Digest, number>;
  /** By the digest of the blob's bytes. */
  readonly chunks: ReadonlyMap<Digest, number>;
  /** Names of the entries of each journal. */
  readonly journals: ReadonlyMap<string, readonly string[]>;
  /** What has a name that nx-ml does not give. */
  readonly foreign: readonly BlobInfo[];
  readonly blobs: number;
  /** Of all blobs. */
  readonly bytes: number;
}

/** @throws MlError ERR_ML_DOCUMENT_INVALID for a listing without an end, and as Blobs */
export async function listRemote(blobs: Blobs): Promise<RemoteInventory> {
  const packs = new Map<Digest, ListedPack>();
  const objects = new Map<Digest, number>();
  const recipes = new Map<Digest, number>();
  const chunks = new Map<Digest, number>();
  const journals = new Map<string, string[]>();
  const foreign: BlobInfo[] = [];
  let [count, bytes] = [0, 0];
  const place = (blob: BlobInfo): void => {
    const { name, size } = blob;
    const pack = packOfBlob(name);
    const journal = journalOfBlob(name);
    const [object, recipe, chunk] = [objectOfBlob(name), recipeOfBlob(name), chunksOfBlob(name)];
    if (pack !== undefined)
      packs.set(pack.pack, { pack: undefined, index: undefined, ...packs.get(pack.pack), [pack.part]: size });
    else if (object !== undefined) objects.set(object, size);
    else if (recipe !== undefined) recipes.set(recipe, size);
    else if (chunk !== undefined) chunks.set(chunk, size);
    else if (journal !== undefined) {
      const entries = journals.get(journal.journal) ?? [];
      if (entries.push(journal.entry) === 1) journals.set(journal.journal, entries);
    } else if (!ownNames.test(name)) foreign.push(blob);
  };
  for await (const blob of blobs.list('')) {
    if ((count += 1) > mostListed) throw endlessListing(blobs.place);
    bytes += blob.size;
    place(blob);
  }
  return { packs, objects, recipes, chunks, journals, foreign, blobs: count, bytes };
}

/** The format, and a bucket's own tests. */
const ownNames = /^(format\.json$|probes\/|tmp\/|users\/)/;
