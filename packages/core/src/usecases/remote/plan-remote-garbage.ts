import { chunksName, recipeName } from '../../chunks/index.js';
import { planRemoteSweep, reachableFrom } from '../../gc/index.js';
import type {
  RegisteredWorkspace,
  RemoteBlobs,
  RemoteSweep,
  RootReader,
  RunPolicy,
  SizedBlob,
} from '../../gc/index.js';
import type { Clock, Digest, MlError } from '../../kernel/index.js';
import { objectBlob, packBlob, remoteUsers } from '../../remote/index.js';
import type { Remote, RemoteUser } from '../../remote/index.js';
import { filesOfTrees } from '../store/gc-trees.js';
import { readGcRoots } from '../store/gc-roots.js';
import type { GcRoots, KeptBy } from '../store/gc-roots.js';
import { readRemoteContent } from './remote-content.js';
import type { RemoteContent, RemoteDamage } from './remote-content.js';
import { remoteRoots } from './remote-roots.js';
import type { RemoteRootsParts } from './remote-roots.js';

export interface RemoteGarbageRequest {
  readonly workspaces: readonly RegisteredWorkspace[];
  readonly policy: RunPolicy;
  readonly acceptedBlobs: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
}

export interface RemoteGarbageDeps extends Omit<RemoteRootsParts, 'content'> {
  readonly remote: Remote;
  readonly roots: RootReader;
  readonly clock: Pick<Clock, 'now'>;
}

/** What of a remote nothing needs that can be seen from here, and what needs the rest. */
export interface RemoteGarbagePlan {
  readonly place: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly content: Pick<RemoteContent['listed'], 'blobs' | 'bytes' | 'foreign'>;
  /** Every object there and its size. */
  readonly objects: ReadonlyMap<Digest, { readonly digest: Digest; readonly size: number }>;
  readonly sweep: RemoteSweep;
  /** Packs that nobody can read, for their index is not there: left by an interrupted push, or on their way. */
  readonly unfinished: readonly SizedBlob[];
  readonly kept: ReadonlyMap<Digest, KeptBy>;
  /** Of what is unneeded: the run that made it, where one did. */
  readonly madeBy: ReadonlyMap<Digest, KeptBy>;
  readonly roots: Pick<GcRoots, 'workspaces' | 'repositories' | 'worktrees'>;
  /** Everybody who pushed there, this machine's workspaces too. What the others need alone counts as unneeded. */
  readonly users: readonly RemoteUser[];
  readonly damaged: readonly RemoteDamage[];
  /** Why something that is needed may be told as unneeded. */
  readonly problems: readonly MlError[];
}

/**
 * Tells; nothing is written, here or there. docs/design/gc.md says what a deletion would need.
 *
 * @throws MlError ERR_ML_ROOTS_UNREADABLE where there are none, and the failures of the remote
 */
export async function planRemoteGarbage(
  request: RemoteGarbageRequest,
  deps: RemoteGarbageDeps,
): Promise<RemoteGarbagePlan> {
  const { remote, clock, roots } = deps;
  const damaged: RemoteDamage[] = [];
  const problems: MlError[] = [];
  const onProblem = (problem: MlError): number => problems.push(problem);
  const content = await readRemoteContent(remote, (one) => damaged.push(one), { signal: request.signal });
  const view = { ...(await remoteRoots({ ...deps, content })), roots };
  const at = clock.now();
  const { kept: keeping, gone, ...counts } = await readGcRoots({ ...request, now: at, onProblem }, view);
  const kept = await reachableFrom(keeping, await filesOfTrees(view, onProblem));
  const madeBy = await reachableFrom(gone, await filesOfTrees(view, () => undefined));
  return {
    place: remote.place,
    at,
    content: content.listed,
    objects: objectsIn(content),
    sweep: planRemoteSweep(blobsOf(content), (digest) => kept.has(digest)),
    unfinished: unfinishedOf(content),
    kept,
    madeBy,
    roots: counts,
    users: await remoteUsers(remote.blobs, onProblem),
    damaged,
    problems,
  };
}

function blobsOf({ listed, indexes, recipes }: RemoteContent): RemoteBlobs {
  return {
    packs: [...indexes].map(([pack, index]) => ({
      name: packBlob(pack),
      size: index.packSize,
      objects: [...index.digests()].map((digest, at) => ({ digest, size: index.slice(at).size })),
    })),
    objects: [...listed.objects].map(([digest, size]) => ({ name: objectBlob(digest), size, digest })),
    recipes: [...recipes.values()].map(({ digest, sources }) => ({
      name: recipeName(digest),
      size: listed.recipes.get(digest) ?? 0,
      digest,
      sources,
    })),
    chunks: [...listed.chunks].map(([digest, size]) => ({ name: chunksName(digest), size })),
  };
}

function objectsIn({ listed, indexes, recipes }: RemoteContent): RemoteGarbagePlan['objects'] {
  const sizes = new Map<Digest, number>(listed.objects);
  for (const { digest, size } of recipes.values()) sizes.set(digest, size);
  for (const index of indexes.values())
    for (const [at, digest] of [...index.digests()].entries()) sizes.set(digest, index.slice(at).size);
  return new Map([...sizes].map(([digest, size]) => [digest, { digest, size }]));
}

function unfinishedOf({ listed }: RemoteContent): readonly SizedBlob[] {
  return [...listed.packs].flatMap(([pack, { pack: size, index }]) =>
    index === undefined && size !== undefined ? [{ name: packBlob(pack), size }] : [],
  );
}
