import type { Digest } from '../kernel/index.js';

/** A blob of a remote. Sizes in bytes. */
export interface SizedBlob {
  readonly name: string;
  readonly size: number;
}

/** Small objects that travel together. */
export interface PackBlob extends SizedBlob {
  readonly objects: readonly { readonly digest: Digest; readonly size: number }[];
}

export interface ObjectBlob extends SizedBlob {
  readonly digest: Digest;
}

/** How an object is made of others. */
export interface RecipeBlob extends ObjectBlob {
  /** Names of the blobs that it takes from: whole objects and chunks. */
  readonly sources: readonly string[];
}

/** What lies at a remote, in the pieces in which it could go. */
export interface RemoteBlobs {
  readonly packs: readonly PackBlob[];
  readonly objects: readonly ObjectBlob[];
  readonly recipes: readonly RecipeBlob[];
  readonly chunks: readonly SizedBlob[];
}

/** A pack of which something is needed. */
export interface MixedPack {
  readonly pack: PackBlob;
  /** Objects that nothing known needs. */
  readonly unneeded: readonly { readonly digest: Digest; readonly size: number }[];
}

export interface RemoteSweep {
  /** Of these nothing that is known to be needed takes a byte. */
  readonly unneeded: readonly SizedBlob[];
  /** These stay for what else they hold; what of them is unneeded would go with a rewriting alone. */
  readonly mixed: readonly MixedPack[];
  /** Whole objects that nothing needs themselves, and of which a needed recipe takes. */
  readonly sources: readonly ObjectBlob[];
}

/**
 * Which blobs of a remote nothing needs, by what can be reached. An object that lies there in several ways keeps all of
 * them, and a needed recipe keeps all that it takes from: blobs, never other recipes, so that one look is enough.
 */
export function planRemoteSweep(
  { packs, objects, recipes, chunks }: RemoteBlobs,
  isReachable: (digest: Digest) => boolean,
): RemoteSweep {
  const needed = recipes.filter(({ digest }) => isReachable(digest));
  const taken = new Set(needed.flatMap(({ sources }) => sources));
  const held = packs.map((pack) => ({
    pack,
    unneeded: pack.objects.filter(({ digest }) => !isReachable(digest)),
  }));
  const isWhollyUnneeded = ({ pack, unneeded }: MixedPack): boolean =>
    unneeded.length === pack.objects.length;
  const free = objects.filter(({ digest }) => !isReachable(digest));
  return {
    unneeded: [
      ...held.filter(isWhollyUnneeded).map(({ pack }) => pack),
      ...free.filter(({ name }) => !taken.has(name)),
      ...recipes.filter(({ digest }) => !isReachable(digest)),
      ...chunks.filter(({ name }) => !taken.has(name)),
    ],
    mixed: held.filter((one) => one.unneeded.length > 0 && !isWhollyUnneeded(one)),
    sources: free.filter(({ name }) => taken.has(name)),
  };
}
