import { mentionedDigests, rootUnreadable } from '../../gc/index.js';
import type { FilesOf, KeptName } from '../../gc/index.js';
import { fromHex, isMlError, shortDigest } from '../../kernel/index.js';
import type { Digest, MlError } from '../../kernel/index.js';
import type { GcRootsDeps } from './gc-roots.js';

/** Longer than any tree document: store.md, "Limits". */
const longest = 600_000_000;
/** How every tree document begins. */
const start = '{"entries":[';

/**
 * Tells the files of trees, each of which is read once.
 *
 * @param onDamage is told of a tree that is damaged, as ERR_ML_ROOTS_UNREADABLE: nobody can tell which files are its
 * own. It is thrown where this is not given.
 */
export async function filesOfTrees(
  { store, stores }: Pick<GcRootsDeps, 'store' | 'stores'>,
  onDamage: (problem: MlError) => unknown = refuse,
): Promise<FilesOf> {
  const quarantined = new Set<Digest>(
    (await store.leftovers())
      .filter(({ place }) => place === 'quarantine')
      .map(({ name }) => fromHex(name.slice(0, 64))),
  );
  const known = new Map<Digest, readonly Digest[] | undefined>();
  const read = async ({ digest, kind }: KeptName): Promise<readonly Digest[] | undefined> => {
    const head = await store.startOf(digest);
    if (head === undefined) {
      if (quarantined.has(digest)) onDamage(damaged(digest));
      return undefined;
    }
    if (kind !== 'tree' && head.toString('utf8', 0, start.length) !== start) return undefined;
    try {
      const text = (await stores.objects.readBytes(digest, longest)).toString('utf8');
      return mentionedDigests(text).map((name) => name.digest);
    } catch (error) {
      if (isMlError(error) && error.code === 'ERR_ML_OBJECT_MISSING') return undefined;
      if (!isMlError(error) || error.code !== 'ERR_ML_OBJECT_CORRUPT') throw error;
      onDamage(damaged(digest, error));
      return undefined;
    }
  };
  return async (name) => {
    if (!known.has(name.digest)) known.set(name.digest, await read(name));
    return known.get(name.digest);
  };
}

function refuse(problem: MlError): never {
  throw problem;
}

function damaged(digest: Digest, cause?: unknown): MlError {
  return rootUnreadable(
    `the list of files ${shortDigest(digest)} that something needs is damaged, so its files cannot be told from garbage`,
    'nx-ml store verify tells what needs it and how to mend it.',
    cause,
  );
}
