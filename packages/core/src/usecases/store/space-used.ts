import { reachableFrom } from '../../gc/index.js';
import type { Leftover, RegisteredWorkspace, Root, StoredObject } from '../../gc/index.js';
import type { Digest, MlError } from '../../kernel/index.js';
import { amountOf } from '../../store/index.js';
import type { Amount } from '../../store/index.js';
import { filesOfTrees } from './gc-trees.js';
import { readGcRoots } from './gc-roots.js';
import type { GcStoreDeps, KeptBy } from './gc-roots.js';

/** What needs some of the space of a store. */
export interface SpaceUser {
  /** `data`: path of a pointer, without its ending. `run`: a step, `project:step`. Else what it says. */
  readonly kind: 'data' | 'run' | 'result' | 'journal';
  readonly name: string;
  /** Bytes of all objects that it needs, each once. */
  readonly bytes: number;
  readonly objects: number;
  /** Bytes that nothing else needs. */
  readonly own: number;
}

export interface SpaceUsed {
  /** Largest first. */
  readonly users: readonly SpaceUser[];
  /** All objects, each once. */
  readonly total: Amount;
  /** What more than one user needs, each once. */
  readonly shared: Amount;
  readonly unreachable: Amount;
  readonly quarantine: Amount;
  readonly temporary: Amount;
  /** Why something that is needed may be counted as unreachable. */
  readonly problems: readonly MlError[];
}

export interface SpaceRequest {
  readonly workspaces: readonly RegisteredWorkspace[];
  readonly now: number;
}

/** What takes the space of a store. What cannot be read is told beside it. @throws MlError ERR_ML_STORE_UNAVAILABLE */
export async function spaceUsed(request: SpaceRequest, deps: GcStoreDeps): Promise<SpaceUsed> {
  const problems: MlError[] = [];
  const onProblem = (problem: MlError): number => problems.push(problem);
  // A run counts as its step's whether or not it is kept.
  const policy = { keepDays: Infinity, keepLast: 1 };
  const roots = await readGcRoots({ ...request, policy, acceptedBlobs: new Set(), onProblem }, deps);
  const [objects, leftovers] = [await deps.store.objects(), await deps.store.leftovers()];
  const filesOf = await filesOfTrees(deps, onProblem);
  const needs = new Map<string, ReadonlySet<Digest>>();
  for (const [name, its] of byUser([...roots.kept, ...roots.gone]))
    needs.set(name, new Set((await reachableFrom(its, filesOf)).keys()));
  return { ...amounts(needs, objects), ...leftoverAmounts(leftovers), problems };
}

/** Roots by user, `kind name`. */
function byUser(roots: readonly Root<KeptBy>[]): ReadonlyMap<string, readonly Root<KeptBy>[]> {
  const users = new Map<string, Root<KeptBy>[]>();
  for (const root of roots) {
    const user = userOf(root.root);
    const known = users.get(user);
    if (known === undefined) users.set(user, [root]);
    else known.push(root);
  }
  return users;
}

function userOf(root: KeptBy): string {
  switch (root.by) {
    case 'pointer':
      return `data ${root.path.replace(/\.ref\.json$/, '')}`;
    case 'run': {
      const { record } = root.run;
      return record === undefined ? 'run of unknown steps' : `run ${record.project}:${record.step}`;
    }
    case 'result':
      return root.from === 'workspace' ? 'result current results' : "result Nx's cache";
    case 'journal':
      return `journal ${root.name}`;
  }
}

function amounts(
  needs: ReadonlyMap<string, ReadonlySet<Digest>>,
  objects: ReadonlyMap<Digest, StoredObject>,
): Pick<SpaceUsed, 'users' | 'total' | 'shared' | 'unreachable'> {
  const usersOf = new Map<Digest, number>();
  // What a workspace stands at, and what Nx may bring back, is some run's as well.
  for (const [user, digests] of needs)
    if (!user.startsWith('result '))
      for (const digest of digests) usersOf.set(digest, (usersOf.get(digest) ?? 0) + 1);
  const users = [...needs].map(([user, digests]) => userAmount(user, digests, { objects, usersOf }));
  const isNeeded = new Set([...needs.values()].flatMap((digests) => [...digests]));
  const all = [...objects.values()];
  return {
    users: users.filter((user) => user.objects > 0).sort((a, b) => b.bytes - a.bytes),
    total: amountOf(all),
    shared: amountOf(all.filter(({ digest }) => (usersOf.get(digest) ?? 0) > 1)),
    unreachable: amountOf(all.filter(({ digest }) => !isNeeded.has(digest))),
  };
}

interface Counting {
  readonly objects: ReadonlyMap<Digest, StoredObject>;
  readonly usersOf: ReadonlyMap<Digest, number>;
}

function userAmount(user: string, digests: ReadonlySet<Digest>, { objects, usersOf }: Counting): SpaceUser {
  const space = user.indexOf(' ');
  const kind = user.slice(0, space) as SpaceUser['kind'];
  const its = [...digests].flatMap((digest) => objects.get(digest) ?? []);
  const others = kind === 'result' ? 0 : 1;
  const own = its.filter(({ digest }) => (usersOf.get(digest) ?? 0) === others);
  return { kind, name: user.slice(space + 1), ...amountOf(its), own: amountOf(own).bytes };
}

function leftoverAmounts(leftovers: readonly Leftover[]): Pick<SpaceUsed, 'quarantine' | 'temporary'> {
  return {
    quarantine: amountOf(leftovers.filter(({ place }) => place === 'quarantine')),
    temporary: amountOf(leftovers.filter(({ place }) => place === 'tmp')),
  };
}
