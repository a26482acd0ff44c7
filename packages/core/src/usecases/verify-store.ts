import { reachableFrom } from '../gc/index.js';
import type { RegisteredWorkspace, StoredObject } from '../gc/index.js';
import { isMlError } from '../kernel/index.js';
import type { Digest, MlError } from '../kernel/index.js';
import { filesOfTrees } from './gc-trees.js';
import { readGcRoots } from './gc-roots.js';
import type { GcRootsDeps, KeptBy } from './gc-roots.js';

export interface DamagedObject {
  readonly digest: Digest;
  readonly size: number;
  /** What needs it; empty: nothing that can be read. */
  readonly neededBy: readonly KeptBy[];
  /** It was put back from a copy that a workspace still has. */
  readonly isMended: boolean;
}

export interface VerifyReport {
  readonly checked: { readonly objects: number; readonly bytes: number };
  readonly damaged: readonly DamagedObject[];
  readonly brokenJournals: readonly MlError[];
  /** Why it could not be told of everything what needs it. */
  readonly problems: readonly MlError[];
}

export interface VerifyProgress {
  readonly done: number;
  readonly of: number;
  readonly bytes: number;
  readonly ofBytes: number;
}

export interface VerifyRequest {
  readonly workspaces: readonly RegisteredWorkspace[];
  readonly now: number;
  readonly onProgress: (progress: VerifyProgress) => void;
  /** Puts an object back from wherever there is a copy. Undefined: nothing is put back. */
  readonly mend?: (digest: Digest, neededBy: readonly KeptBy[]) => Promise<boolean>;
}

/**
 * Hashes every object and follows every journal. What is damaged goes to quarantine, as it would at a reading.
 *
 * @throws MlError ERR_ML_STORE_UNAVAILABLE
 */
export async function verifyStore(request: VerifyRequest, deps: GcRootsDeps): Promise<VerifyReport> {
  const objects = await deps.store.objects();
  const damaged = await damagedAmong(objects, request, deps);
  const brokenJournals = await brokenAmong(await deps.store.journals(), deps);
  const checked = { objects: objects.size, bytes: bytesOf(objects) };
  if (damaged.length === 0) return { checked, damaged: [], brokenJournals, problems: [] };
  const problems: MlError[] = [];
  const neededBy = await needsOf(new Set(damaged.map(({ digest }) => digest)), { request, deps, problems });
  const told: DamagedObject[] = [];
  for (const { digest, size } of damaged) {
    const needed = neededBy.get(digest) ?? [];
    const isMended = (await request.mend?.(digest, needed)) === true;
    told.push({ digest, size, neededBy: needed, isMended });
  }
  return { checked, damaged: told, brokenJournals, problems };
}

async function damagedAmong(
  objects: ReadonlyMap<Digest, StoredObject>,
  { onProgress }: VerifyRequest,
  { stores }: GcRootsDeps,
): Promise<readonly StoredObject[]> {
  const damaged: StoredObject[] = [];
  const [of, ofBytes] = [objects.size, bytesOf(objects)];
  let [done, bytes] = [0, 0];
  for (const object of objects.values()) {
    const { digest, size } = object;
    // One that was deleted meanwhile is missing, and was not damaged.
    const { corrupt } = await stores.objects.verify({ kind: 'file', digest, size, files: 1 });
    if (corrupt.length > 0) damaged.push(object);
    [done, bytes] = [done + 1, bytes + size];
    onProgress({ done, of, bytes, ofBytes });
  }
  return damaged;
}

async function brokenAmong(names: readonly string[], { stores }: GcRootsDeps): Promise<readonly MlError[]> {
  const broken: MlError[] = [];
  for (const name of names) {
    try {
      await stores.journals.read(name);
    } catch (error) {
      if (!isMlError(error) || error.code === 'ERR_ML_STORE_UNAVAILABLE') throw error;
      broken.push(error);
    }
  }
  return broken;
}

interface Needing {
  readonly request: VerifyRequest;
  readonly deps: GcRootsDeps;
  readonly problems: MlError[];
}

/** What needs each of some objects: everything that does, and not only what is found first. */
async function needsOf(
  digests: ReadonlySet<Digest>,
  { request, deps, problems }: Needing,
): Promise<ReadonlyMap<Digest, readonly KeptBy[]>> {
  const onProblem = (problem: MlError): number => problems.push(problem);
  const policy = { keepDays: Infinity, keepLast: 1 };
  const { kept, gone } = await readGcRoots({ ...request, policy, acceptedBlobs: new Set(), onProblem }, deps);
  // A damaged list of files is told as what it is: a damaged object.
  const filesOf = await filesOfTrees(deps, () => undefined);
  const needs = new Map<Digest, KeptBy[]>();
  for (const root of [...kept, ...gone])
    for (const digest of (await reachableFrom([root], filesOf)).keys())
      if (digests.has(digest)) needs.set(digest, [...(needs.get(digest) ?? []), root.root]);
  return needs;
}

function bytesOf(objects: ReadonlyMap<Digest, StoredObject>): number {
  return [...objects.values()].reduce((sum, { size }) => sum + size, 0);
}
