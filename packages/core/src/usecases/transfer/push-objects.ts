import {
  bytesSource,
  eachOf,
  indexBlob,
  packBlob,
  packSource,
  planPacks,
  smallBytes,
} from '../../remote/index.js';
import type { BlobSource, PackPlan, SizedObject, TransferOptions } from '../../remote/index.js';
import type { ObjectRef } from '../../store/index.js';
import { pullObjects } from './pull-objects.js';
import { distinct, maxTreeBytes, sizeOfAll, treeEntries } from './transfer-deps.js';
import type { TransferDeps } from './transfer-deps.js';

interface WholeObject extends SizedObject {
  readonly size: number;
}

/** What a push would write. */
export interface PushPlan {
  readonly files: readonly WholeObject[];
  /** Tree documents: written when all that they name is there. */
  readonly trees: readonly WholeObject[];
  /** Objects that are there already. */
  readonly there: number;
  /** Bytes to write. */
  readonly size: number;
}

export interface PushOptions {
  /** Write also what seems to be there: it may be damaged. */
  readonly again?: boolean;
}

const atOnce = 8;

/**
 * What of these references, and of all that they name, a remote lacks.
 *
 * @throws MlError ERR_ML_OBJECT_MISSING for what is neither there nor in the store; ERR_ML_OBJECT_CORRUPT and the failures
 * of the remote.
 */
export async function planPush(
  refs: readonly ObjectRef[],
  deps: TransferDeps,
  { again = false }: PushOptions = {},
): Promise<PushPlan> {
  const { remote, store } = deps;
  const { files, trees } = await expand(refs, deps);
  const all = [...files, ...trees];
  const absent = new Set(await remote.missing(all));
  const gone = await store.missing(all.map(({ digest }) => digest));
  const nowhere = gone.filter((digest) => absent.has(digest));
  if (nowhere.length > 0) throw remote.absent(nowhere, 'the store');
  const goneHere = new Set(gone);
  const isWanted = ({ digest }: WholeObject): boolean => (again ? !goneHere.has(digest) : absent.has(digest));
  const wanted = { files: files.filter(isWanted), trees: trees.filter(isWanted) };
  const chosen = [...wanted.files, ...wanted.trees];
  return { ...wanted, there: all.length - chosen.length, size: sizeOfAll(chosen) };
}

async function expand(
  refs: readonly ObjectRef[],
  deps: TransferDeps,
): Promise<{ readonly files: readonly WholeObject[]; readonly trees: readonly WholeObject[] }> {
  const trees = refs.filter(({ kind }) => kind === 'tree');
  // A list may have been evicted here, as may anything that the remote has.
  await pullObjects(
    trees.map(({ digest }) => ({ digest })),
    { ...deps, progress: undefined },
  );
  const files: WholeObject[] = refs.flatMap(({ kind, digest, size }) =>
    kind === 'file' ? [{ digest, size }] : [],
  );
  const documents: WholeObject[] = [];
  for (const ref of trees) {
    for (const { digest, size } of await treeEntries(ref, deps.store)) files.push({ digest, size });
    documents.push({
      digest: ref.digest,
      size: (await deps.store.readBytes(ref.digest, maxTreeBytes)).length,
    });
  }
  return { files: distinct(files) as WholeObject[], trees: distinct(documents) as WholeObject[] };
}

/** Writes what was planned: what names something after what it names, so that an interruption leaves nothing wrong. */
export async function applyPush(plan: PushPlan, deps: TransferDeps): Promise<void> {
  deps.progress?.expect({ files: plan.files.length + plan.trees.length, bytes: plan.size });
  if (plan.files.length + plan.trees.length === 0) return;
  await deps.remote.prepare();
  for (const objects of [plan.files, plan.trees]) {
    const packs = planPacks(objects.filter(({ size }) => size < smallBytes));
    const large = objects.filter(({ size }) => size >= smallBytes);
    const jobs = [
      ...packs.map((pack) => () => writePack(pack, deps)),
      ...large.map((object) => () => writeLarge(object, deps)),
    ];
    await eachOf(jobs, atOnce, (job) => job());
  }
}

async function writePack(plan: PackPlan, deps: TransferDeps): Promise<void> {
  const { remote, store } = deps;
  const source = packSource(plan, (digest) => store.readBytes(digest));
  await remote.blobs.write(packBlob(plan.pack), source, optionsOf(deps));
  await remote.blobs.write(indexBlob(plan.pack), bytesSource(plan.index));
  await remote.packs.add(plan.pack, plan.index);
  deps.progress?.advance({ files: plan.objects.length });
}

async function writeLarge({ digest, size }: WholeObject, deps: TransferDeps): Promise<void> {
  const open = (): Promise<BlobSource> => deps.store.source(digest);
  await deps.remote.large.write(digest, { size, open }, optionsOf(deps));
  deps.progress?.advance({ files: 1 });
}

function optionsOf({ signal, progress }: TransferDeps): TransferOptions {
  return {
    signal,
    onBytes: (bytes) => {
      progress?.advance({ bytes });
    },
  };
}
