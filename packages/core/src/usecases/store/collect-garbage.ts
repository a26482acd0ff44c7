import { planSweep, reachableFrom } from '../../gc/index.js';
import type { Leftover, RegisteredWorkspace, RunPolicy, StoredObject, SweepPlan } from '../../gc/index.js';
import type { Clock, Digest } from '../../kernel/index.js';
import { filesOfTrees } from './gc-trees.js';
import { readGcRoots } from './gc-roots.js';
import type { GcRoots, GcStoreDeps, KeptBy } from './gc-roots.js';

export interface GarbageDeps extends GcStoreDeps {
  readonly clock: Clock;
}

export interface GarbageRequest {
  readonly workspaces: readonly RegisteredWorkspace[];
  readonly policy: RunPolicy;
  readonly graceMs: number;
  readonly acceptedBlobs: ReadonlySet<string>;
}

export interface GarbagePlan {
  readonly sweep: SweepPlan;
  readonly objects: ReadonlyMap<Digest, StoredObject>;
  /** What keeps each name that is reachable, whether or not it is there. */
  readonly kept: ReadonlyMap<Digest, KeptBy>;
  /** Of what is unreachable: the run that made it, where one did. */
  readonly madeBy: ReadonlyMap<Digest, KeptBy>;
  readonly roots: Pick<GcRoots, 'workspaces' | 'repositories' | 'worktrees'>;
}

/**
 * What may go from the store, what waits, and what keeps the rest. Writes nothing.
 *
 * @throws MlError ERR_ML_ROOTS_UNREADABLE, ERR_ML_CLOCK_BEHIND, ERR_ML_STORE_UNAVAILABLE
 */
export async function planGarbage(request: GarbageRequest, deps: GarbageDeps): Promise<GarbagePlan> {
  const { store, clock } = deps;
  const { kept, madeBy, roots } = await mark(request, deps);
  // Listed after the roots were read: what was put meanwhile is young.
  const [objects, leftovers] = [await store.objects(), await store.leftovers()];
  const sweep = planSweep({
    objects,
    leftovers,
    isReachable: (digest) => kept.has(digest),
    marks: await store.readMarks(),
    now: clock.now(),
    graceMs: request.graceMs,
  });
  return { sweep, objects, kept, madeBy, roots };
}

export interface GarbageOutcome {
  readonly plan: GarbagePlan;
  readonly deleted: readonly StoredObject[];
  readonly leftovers: readonly Leftover[];
  /** They were due, and somebody came to rely on them, or deleted them, meanwhile. */
  readonly spared: number;
}

export interface GarbageProgress {
  readonly done: number;
  readonly of: number;
  /** Deleted so far. */
  readonly bytes: number;
}

/**
 * Deletes what is due and remembers what waits. It may be killed at any moment: the next one goes on.
 *
 * @throws MlError ERR_ML_ROOTS_UNREADABLE, ERR_ML_CLOCK_BEHIND, ERR_ML_STORE_UNAVAILABLE
 */
export async function collectGarbage(
  request: GarbageRequest,
  deps: GarbageDeps,
  onProgress: (progress: GarbageProgress) => void,
): Promise<GarbageOutcome> {
  const { store } = deps;
  await store.restoreSetAside();
  const plan = await planGarbage(request, deps);
  await store.writeMarks(plan.sweep.marks);
  const { due } = plan.sweep;
  // Something may have moved, while the roots were read, from one not yet read to one that was.
  const again = due.length === 0 ? plan : await mark(request, deps);
  const deleted: StoredObject[] = [];
  let bytes = 0;
  for (const [index, { object }] of due.entries()) {
    if (!again.kept.has(object.digest) && (await store.remove(object))) {
      deleted.push(object);
      bytes += object.size;
    }
    onProgress({ done: index + 1, of: due.length, bytes });
  }
  const leftovers: Leftover[] = [];
  for (const leftover of plan.sweep.leftovers)
    if (await store.removeLeftover(leftover)) leftovers.push(leftover);
  return { plan, deleted, leftovers, spared: due.length - deleted.length };
}

type Marked = Pick<GarbagePlan, 'kept' | 'madeBy' | 'roots'>;

async function mark(request: GarbageRequest, deps: GarbageDeps): Promise<Marked> {
  const roots = await readGcRoots(
    {
      ...request,
      now: deps.clock.now(),
      onProblem: (problem) => {
        throw problem;
      },
    },
    deps,
  );
  const filesOf = await filesOfTrees(deps);
  const kept = await reachableFrom(roots.kept, filesOf);
  // A list of files that nothing needs may be damaged.
  const madeBy = await reachableFrom(roots.gone, await filesOfTrees(deps, () => undefined));
  return { kept, madeBy, roots };
}
