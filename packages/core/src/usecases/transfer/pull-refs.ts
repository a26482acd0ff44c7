import { MlError } from '../../kernel/index.js';
import type { SizedObject } from '../../remote/index.js';
import type { ObjectRef } from '../../store/index.js';
import { pullObjects } from './pull-objects.js';
import type { Pulled } from './pull-objects.js';
import { distinct, sizeOfAll, treeEntries } from './transfer-deps.js';
import type { TransferDeps } from './transfer-deps.js';

/** A reference, or the part of a tree below a path in it. */
export interface RefPart {
  readonly ref: ObjectRef;
  /** A file or folder within the tree, with `/`; all of it where it is not given. */
  readonly within?: string | undefined;
}

/** What of these the store lacks. Lists of files that it lacks are brought: without them nobody knows. */
export async function lackingOf(
  parts: readonly RefPart[],
  deps: TransferDeps,
): Promise<readonly SizedObject[]> {
  const trees = parts.flatMap(({ ref }) => (ref.kind === 'tree' ? [{ digest: ref.digest }] : []));
  await pullObjects(trees, { ...deps, progress: undefined });
  const wanted: SizedObject[] = [];
  for (const { ref, within } of parts) {
    if (ref.kind === 'file') wanted.push({ digest: ref.digest, size: ref.size });
    else
      for (const { digest, size } of entriesWithin(await treeEntries(ref, deps.store), within))
        wanted.push({ digest, size });
  }
  const lacking = new Set(await deps.store.missing(wanted.map(({ digest }) => digest)));
  return distinct(wanted.filter(({ digest }) => lacking.has(digest)));
}

/** Brings all that the store lacks of these. @throws MlError as pullObjects */
export async function pullRefs(parts: readonly RefPart[], deps: TransferDeps): Promise<Pulled> {
  const lacking = await lackingOf(parts, deps);
  deps.progress?.expect({ files: lacking.length, bytes: sizeOfAll(lacking) });
  return pullObjects(lacking, deps);
}

/** @throws MlError ERR_ML_DATA_MISSING when nothing lies there. */
export function entriesWithin<T extends { readonly path: string }>(
  entries: readonly T[],
  within: string | undefined,
): readonly T[] {
  if (within === undefined) return entries;
  const found = entries.filter(({ path }) => path === within || path.startsWith(`${within}/`));
  if (found.length > 0) return found;
  throw new MlError('ERR_ML_DATA_MISSING', {
    message: `The pointed folder holds nothing at ${within}`,
    fix: 'Name a file or folder that it has, or leave the path out to bring all of it.',
  });
}
