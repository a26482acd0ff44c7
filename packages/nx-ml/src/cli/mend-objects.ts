import { isAbsolute, sep } from 'node:path';

import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { copiesIn } from '@nx-ml/core/adapters/workspace-fs';
import type { Digest, MlError } from '@nx-ml/core/kernel';
import { isMlError } from '@nx-ml/core/kernel';
import type { Remote } from '@nx-ml/core/remote';
import type { ObjectStore } from '@nx-ml/core/store';
import type { KeptBy, Mending, MendWanted } from '@nx-ml/core/usecases/store';
import { pullObjects } from '@nx-ml/core/usecases/transfer';
import type { TransferDeps } from '@nx-ml/core/usecases/transfer';

import { copyPlaces } from '../report/verify-text.js';

export interface MendPlaces extends Pick<TransferDeps, 'signal'> {
  /** The store's folder. Absolute. */
  readonly root: string;
  /** The workspace for which also what is missing is brought; undefined: none. Absolute. */
  readonly workspace: string | undefined;
  /** undefined: there is none. Rejects with the reason when it cannot be asked. */
  readonly remote: () => Promise<Remote | undefined>;
  /** Told when the remote gave no answer, or not all that was asked for. */
  readonly onFailure: (error: MlError) => void;
}

/**
 * Puts objects back from files that workspaces still have in the places that their pointers stand for, and what is in none
 * of them from the remote. Either way it is verified before it has its name.
 */
export function mendObjects(places: MendPlaces): Mending {
  /** Each place is read once. */
  const known = new Map<string, ReturnType<typeof copiesIn>>();
  return {
    mend: async (wanted) => {
      const { objects } = await openFolderStore({ root: places.root });
      const came = new Map<Digest, string>();
      for (const object of wanted) {
        const from = await fromCopy(object, objects, known);
        if (from !== undefined) came.set(object.digest, from);
      }
      const left = wanted.filter(({ digest }) => !came.has(digest));
      for (const [digest, from] of await fromRemote(left, objects, places)) came.set(digest, from);
      return came;
    },
    isFor: (kept) => places.workspace !== undefined && isOf(kept, places.workspace),
  };
}

async function fromCopy(
  { digest, neededBy }: MendWanted,
  objects: ObjectStore,
  known: Map<string, ReturnType<typeof copiesIn>>,
): Promise<string | undefined> {
  for (const place of copyPlaces(neededBy)) {
    const copies = known.get(place) ?? copiesIn(place);
    known.set(place, copies);
    const copy = copies.get(digest);
    if (copy?.is === 'file') await objects.putFile(copy.path);
    if (copy?.is === 'tree') await objects.putBytes(copy.document);
    if (copy !== undefined) return copy.is === 'file' ? copy.path : place;
  }
  return undefined;
}

/** What came right stays, whatever becomes of the rest. */
async function fromRemote(
  wanted: readonly MendWanted[],
  store: ObjectStore,
  { remote: open, signal, onFailure }: MendPlaces,
): Promise<ReadonlyMap<Digest, string>> {
  if (wanted.length === 0) return new Map();
  const digests = wanted.map(({ digest }) => digest);
  try {
    const remote = await open();
    if (remote === undefined) return new Map();
    const absent = new Set(await remote.missing(wanted));
    const there = digests.filter((digest) => !absent.has(digest));
    try {
      await pullObjects(
        there.map((digest) => ({ digest })),
        { remote, store, signal },
      );
    } catch (error) {
      tell(error, onFailure);
    }
    const gone = new Set(await store.missing(there));
    return new Map(there.filter((digest) => !gone.has(digest)).map((digest) => [digest, remote.place]));
  } catch (error) {
    tell(error, onFailure);
    return new Map();
  }
}

/** Who stopped it does not want to hear what is left. */
function tell(error: unknown, onFailure: MendPlaces['onFailure']): void {
  if (!isMlError(error) || error.code === 'ERR_ML_CANCELLED') throw error;
  onFailure(error);
}

/** Does the workspace as it is need it? History may have been left at the remote on purpose. */
function isOf(kept: KeptBy, workspace: string): boolean {
  const inside = (path: string): boolean => isAbsolute(path) && path.startsWith(`${workspace}${sep}`);
  if (kept.by === 'pointer') return kept.place.in === 'files' && copyPlaces([kept]).some(inside);
  // Of a key file nobody reads the document, and those of given data never had one.
  const isManifest = kept.by === 'result' && kept.from === 'workspace' && !kept.path.endsWith('.key.json');
  return isManifest && inside(kept.path);
}
