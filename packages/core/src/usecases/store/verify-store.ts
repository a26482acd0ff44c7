import { reachableFrom } from '../../gc/index.js';
import type { RegisteredWorkspace, StoredObject } from '../../gc/index.js';
import { fromHex, isMlError } from '../../kernel/index.js';
import type { Digest, MlError } from '../../kernel/index.js';
import { filesOfTrees } from './gc-trees.js';
import { readGcRoots } from './gc-roots.js';
import type { GcRoots, GcStoreDeps, KeptBy } from './gc-roots.js';

export interface DamagedObject {
  readonly digest: Digest;
  /** Of the damaged bytes. */
  readonly size: number;
  /** now: by this look; before: it lies in quarantine since then, and something still needs it. */
  readonly found: 'now' | 'before';
  /** What needs it; empty: nothing that can be read. */
  readonly neededBy: readonly KeptBy[];
  /** From where it was put back: a file that a workspace still has, or a remote. undefined: it was not. */
  readonly mendedFrom: string | undefined;
}

/** What a workspace needs as it is, and the store did not hold. */
export interface MissingObject {
  readonly digest: Digest;
  readonly neededBy: KeptBy;
  /** From where it was brought; undefined: it was not. */
  readonly mendedFrom: string | undefined;
}

export interface VerifyReport {
  readonly checked: { readonly objects: number; readonly bytes: number };
  readonly damaged: readonly DamagedObject[];
  /** Only where mending was asked for. */
  readonly missing: readonly MissingObject[];
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
  /** Undefined: nothing is put back. */
  readonly mending?: Mending;
}

/** An object that is to be put back. */
export interface MendWanted {
  readonly digest: Digest;
  readonly neededBy: readonly KeptBy[];
}

export interface Mending {
  /** Puts back what it can, from wherever there is a copy. @returns from where each came. */
  mend(wanted: readonly MendWanted[]): Promise<ReadonlyMap<Digest, string>>;
  /** What is missing is brought for these alone: all of history may have been left where it is on purpose. */
  isFor(kept: KeptBy): boolean;
}

/**
 * Hashes every object and follows every journal. What is damaged goes to quarantine, as it would at a reading.
 *
 * @throws MlError ERR_ML_STORE_UNAVAILABLE
 */
export async function verifyStore(request: VerifyRequest, deps: GcStoreDeps): Promise<VerifyReport> {
  const objects = await deps.store.objects();
  const found = await damagedAmong(objects, request, deps);
  const brokenJournals = await brokenAmong(await deps.store.journals(), deps);
  const checked = { objects: objects.size, bytes: bytesOf(objects) };
  const suspects = [...found, ...(await damagedBefore(objects, found, deps))];
  const { damaged, problems } = await mendAll(suspects, request, deps);
  const missing =
    request.mending === undefined ? [] : await bringMissing(request.mending, { request, deps, damaged });
  return { checked, damaged, missing, brokenJournals, problems };
}

type Suspect = Pick<DamagedObject, 'digest' | 'size' | 'found'>;

/** What lies in quarantine and was not put back since. */
async function damagedBefore(
  objects: ReadonlyMap<Digest, StoredObject>,
  found: readonly Suspect[],
  { store }: GcStoreDeps,
): Promise<readonly Suspect[]> {
  const known = new Set(found.map(({ digest }) => digest));
  const before = new Map<Digest, Suspect>();
  for (const { place, name, size } of await store.leftovers()) {
    const digest = fromHex(name.slice(0, 64));
    if (place === 'quarantine' && !objects.has(digest) && !known.has(digest))
      before.set(digest, { digest, size, found: 'before' });
  }
  return [...before.values()];
}

/** Tells what needs each, and mends what it can. A list of files that came back tells what needs its files. */
async function mendAll(
  suspects: readonly Suspect[],
  request: VerifyRequest,
  deps: GcStoreDeps,
): Promise<Pick<VerifyReport, 'damaged' | 'problems'>> {
  const mended = new Map<Digest, DamagedObject>();
  for (;;) {
    const problems: MlError[] = [];
    const left = suspects.filter(({ digest }) => !mended.has(digest));
    const digests = new Set(left.map(({ digest }) => digest));
    const needs = left.length === 0 ? undefined : await needsOf(digests, { request, deps, problems });
    const before = mended.size;
    const unmended: DamagedObject[] = [];
    const wanted = left.map((suspect) => ({ ...suspect, neededBy: needs?.get(suspect.digest) ?? [] }));
    const came = left.length === 0 ? undefined : await request.mending?.mend(wanted);
    for (const object of wanted) {
      const mendedFrom = came?.get(object.digest);
      if (mendedFrom === undefined) unmended.push({ ...object, mendedFrom });
      else mended.set(object.digest, { ...object, mendedFrom });
    }
    if (mended.size > before) continue;
    const isTold = ({ found, neededBy }: DamagedObject): boolean => found === 'now' || neededBy.length > 0;
    return { damaged: [...mended.values(), ...unmended.filter(isTold)], problems };
  }
}

interface Bringing {
  readonly request: VerifyRequest;
  readonly deps: GcStoreDeps;
  /** Told already. */
  readonly damaged: readonly DamagedObject[];
}

/** Brings what is needed and not there. A list of files that came tells which files are needed as well. */
async function bringMissing(
  mending: Mending,
  { request, deps, damaged }: Bringing,
): Promise<readonly MissingObject[]> {
  const { kept } = await readRoots(request, deps, () => undefined);
  const roots = kept.filter(({ root }) => mending.isFor(root));
  const told = new Set(damaged.map(({ digest }) => digest));
  const found = new Map<Digest, MissingObject>();
  for (;;) {
    const needed = await reachableFrom(roots, await filesOfTrees(deps, () => undefined));
    const objects = await deps.store.objects();
    const lacking = [...needed].flatMap(([digest, root]) =>
      objects.has(digest) || told.has(digest) ? [] : [{ digest, root, neededBy: [root] }],
    );
    const came = lacking.length === 0 ? new Map<Digest, string>() : await mending.mend(lacking);
    for (const { digest, root } of lacking)
      found.set(digest, { digest, neededBy: root, mendedFrom: came.get(digest) });
    if (came.size === 0) return [...found.values()];
  }
}

async function damagedAmong(
  objects: ReadonlyMap<Digest, StoredObject>,
  { onProgress }: VerifyRequest,
  { stores }: GcStoreDeps,
): Promise<readonly Suspect[]> {
  const damaged: Suspect[] = [];
  const [of, ofBytes] = [objects.size, bytesOf(objects)];
  let [done, bytes] = [0, 0];
  for (const { digest, size } of objects.values()) {
    // One that was deleted meanwhile is missing, and was not damaged.
    const { corrupt } = await stores.objects.verify({ kind: 'file', digest, size, files: 1 });
    if (corrupt.length > 0) damaged.push({ digest, size, found: 'now' });
    [done, bytes] = [done + 1, bytes + size];
    onProgress({ done, of, bytes, ofBytes });
  }
  return damaged;
}

async function brokenAmong(names: readonly string[], { stores }: GcStoreDeps): Promise<readonly MlError[]> {
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
  readonly deps: GcStoreDeps;
  readonly problems: MlError[];
}

/** What needs each of some objects: everything that does, and not only what is found first. */
async function needsOf(
  digests: ReadonlySet<Digest>,
  { request, deps, problems }: Needing,
): Promise<ReadonlyMap<Digest, readonly KeptBy[]>> {
  const { kept, gone } = await readRoots(request, deps, (problem) => problems.push(problem));
  // A damaged list of files is told as what it is: a damaged object.
  const filesOf = await filesOfTrees(deps, () => undefined);
  const needs = new Map<Digest, KeptBy[]>();
  for (const root of [...kept, ...gone])
    for (const digest of (await reachableFrom([root], filesOf)).keys())
      if (digests.has(digest)) needs.set(digest, [...(needs.get(digest) ?? []), root.root]);
  return needs;
}

function readRoots(
  { workspaces, now }: VerifyRequest,
  deps: GcStoreDeps,
  onProblem: (problem: MlError) => void,
): Promise<GcRoots> {
  const policy = { keepDays: Infinity, keepLast: 1 };
  return readGcRoots({ workspaces, now, policy, acceptedBlobs: new Set(), onProblem }, deps);
}

function bytesOf(objects: ReadonlyMap<Digest, StoredObject>): number {
  return [...objects.values()].reduce((sum, { size }) => sum + size, 0);
}
