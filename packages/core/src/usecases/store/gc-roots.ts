import { decodeStepManifest } from '../../documents/index.js';
import { isForeignKept, keptRuns, mentionedDigests, pointedDigests, rootUnreadable } from '../../gc/index.js';
import type {
  GcStore,
  KeptBecause,
  KeptName,
  PointerRoot,
  RegisteredWorkspace,
  ResultRoot,
  Root,
  RootPlace,
  RootReader,
  RunPolicy,
} from '../../gc/index.js';
import { isMlError } from '../../kernel/index.js';
import type { Digest, MlError } from '../../kernel/index.js';
import { keysIn } from '../../provenance/index.js';
import { readJournals } from './gc-journals.js';
import type { KnownRun } from './gc-journals.js';
import type { Stores } from '../records/run-store.js';

/** What keeps an object. */
export type KeptBy =
  | { readonly by: 'pointer'; readonly path: string; readonly place: RootPlace }
  /** A result that a workspace stands at, or that Nx's cache may bring back. */
  | { readonly by: 'result'; readonly path: string; readonly from: ResultRoot['from'] }
  /** undefined: the policy lets it go. */
  | { readonly by: 'run'; readonly run: KnownRun; readonly because: KeptBecause | undefined }
  | { readonly by: 'journal'; readonly name: string };

export interface GcRootsDeps {
  readonly store: Pick<GcStore, 'startOf' | 'changedAt' | 'journals' | 'leftovers' | 'workspaces'>;
  readonly roots: RootReader;
  /** Opened for reading only: whoever looks for garbage must not make it look used. */
  readonly stores: Stores;
}

/** The same of a store on this machine, whose objects are looked at as well. */
export interface GcStoreDeps extends GcRootsDeps {
  readonly store: GcStore;
}

export interface GcRootsRequest {
  /** Beside those that registered. */
  readonly workspaces: readonly RegisteredWorkspace[];
  readonly policy: RunPolicy;
  /** Git's names of texts that are no valid pointers and keep no more than what they mention. */
  readonly acceptedBlobs: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What to do about a root that cannot be read. Deleting goes on after none. */
  readonly onProblem: (problem: MlError) => void;
}

export interface GcRoots {
  /** What is kept, and by what; in the order in which it is told. */
  readonly kept: readonly Root<KeptBy>[];
  /** Runs, and data of other tools, that the policy lets go. */
  readonly gone: readonly Root<KeptBy>[];
  readonly workspaces: readonly RegisteredWorkspace[];
  readonly repositories: number;
  readonly worktrees: number;
}

/** Reads everything that may need stored objects. @throws MlError ERR_ML_ROOTS_UNREADABLE, ERR_ML_STORE_UNAVAILABLE */
export async function readGcRoots(request: GcRootsRequest, deps: GcRootsDeps): Promise<GcRoots> {
  const workspaces = await workspacesOf(request, deps.store);
  const outside = await deps.roots.read(workspaces, request.onProblem);
  const journals = await readJournals(deps, request.onProblem);
  const standing = new Set(
    outside.results.flatMap(({ path, text }) => (isKeyFile(path) ? keysIn(text) : [])),
  );
  const { runs, histories } = journals;
  const because = keptRuns(
    { runs, histories, standing, branches: outside.branches, now: request.now },
    request.policy,
  );
  const runRoots = runs.map((run) => runRoot(run, because.get(run.key)));
  const foreign = journals.foreign.map(({ usedAt, ...journal }) => ({
    isKept: isForeignKept(usedAt, request.policy, request.now),
    root: journalRoot(journal),
  }));
  const kept = [
    ...(await Promise.all(outside.pointers.map((pointer) => pointerRoot(pointer, request)))),
    ...outside.results.map(resultRoot),
    ...runRoots.filter(({ root }) => root.because !== undefined),
    ...foreign.flatMap(({ isKept, root }) => (isKept ? [root] : [])),
    ...journals.others.map(journalRoot),
  ];
  const { repositories, worktrees } = outside;
  return {
    kept,
    gone: [
      ...runRoots.filter(({ root }) => root.because === undefined),
      ...foreign.flatMap(({ isKept, root }) => (isKept ? [] : [root])),
    ],
    workspaces,
    repositories,
    worktrees,
  };
}

async function workspacesOf(
  { workspaces: more }: GcRootsRequest,
  store: GcRootsDeps['store'],
): Promise<readonly RegisteredWorkspace[]> {
  const registered = await store.workspaces();
  const known = new Set(registered.map(({ host, path }) => `${host}\0${path}`));
  const all = [...registered, ...more.filter(({ host, path }) => !known.has(`${host}\0${path}`))];
  if (all.length > 0) return all;
  throw rootUnreadable(
    'no workspace has registered with this store, so nobody knows what needs it',
    'Run a step, or nx-ml data add, in each workspace that uses it.',
  );
}

async function pointerRoot(
  pointer: PointerRoot,
  { acceptedBlobs, onProblem }: GcRootsRequest,
): Promise<Root<KeptBy>> {
  const { path, place, text } = pointer;
  const root = { by: 'pointer', path, place } as const;
  try {
    return { names: await pointedDigests(pointer), root };
  } catch (error) {
    if (!isMlError(error)) throw error;
    if (place.in === 'files' || !acceptedBlobs.has(place.blob)) onProblem(brokenPointer(error, pointer));
    return { names: mentionedDigests(text ?? ''), root };
  }
}

function brokenPointer(error: MlError, { path, place }: PointerRoot): MlError {
  if (place.in === 'files')
    return rootUnreadable(`of ${place.repository}/${path} it cannot be told what it needs`, error.fix, error);
  const where =
    place.in === 'index'
      ? 'the index'
      : place.commit === undefined
        ? 'a tagged tree'
        : `commit ${place.commit}`;
  return rootUnreadable(
    `of ${path} in ${where} of ${place.repository} it cannot be told what it needs`,
    `${place.in === 'index' ? `${error.fix} If` : 'History stays as it is; if'} that version is of no use: nx-ml store gc --accept-broken ${place.blob}`,
    error,
  );
}

function isKeyFile(path: string): boolean {
  return path.endsWith('.key.json');
}

/** A key document is kept, and not what the run was made of: that has pointers and results of its own. */
function resultRoot({ path, from, text }: ResultRoot): Root<KeptBy> {
  const names = isKeyFile(path) ? keysIn(text).map(fileName) : namesInManifest(text);
  return { names, root: { by: 'result', path, from } };
}

/** Also of a manifest that is damaged or newer, all that it mentions. */
function namesInManifest(text: string): readonly KeptName[] {
  try {
    return decodeStepManifest(Buffer.from(text)).runs.flatMap(({ outputs }) => Object.values(outputs));
  } catch (error) {
    if (!isMlError(error)) throw error;
    return mentionedDigests(text);
  }
}

function runRoot(
  run: KnownRun,
  because: KeptBecause | undefined,
): Root<Extract<KeptBy, { readonly by: 'run' }>> {
  return { names: run.names, root: { by: 'run', run, because } };
}

function journalRoot({
  name,
  names,
}: {
  readonly name: string;
  readonly names: readonly KeptName[];
}): Root<KeptBy> {
  return { names, root: { by: 'journal', name } };
}

function fileName(digest: Digest): KeptName {
  return { digest, kind: 'file' };
}
