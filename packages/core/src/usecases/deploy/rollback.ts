import { lastGood } from '../../deploy/index.js';
import type { BeginEntry, DeployState, Observed } from '../../deploy/index.js';
import { isMlError, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { isUnreachable } from './change-route.js';
import { DeployJournal } from './deploy-journal.js';
import type { DeployDeps, Place } from './ports.js';
import { owe, recordEnd } from './record-end.js';

export interface RollbackRequest {
  readonly place: Place;
  /** Release id, or enough of its first digits; default: what was served before. */
  readonly to?: string | undefined;
  readonly reason: string;
  readonly by: string;
}

export interface RollbackResult {
  readonly from: Digest | null;
  /** The candidate that was taken away. */
  readonly candidate?: Digest | undefined;
  readonly serving: Digest | null;
  /** Milliseconds from the command until the target said that it is done. */
  readonly took: number;
  /** The journal's entry that says so; undefined where it is owed. */
  readonly entry: number | undefined;
}

type RollbackDeps = Omit<DeployDeps, 'pause' | 'emit'>;

/**
 * Goes back: to a named release, to the baseline where a candidate is out, else to what was served before. The target goes first, and by
 * what it has itself; store, registry and journal are asked only where it does not know the way, and told afterwards.
 *
 * @throws MlError ERR_ML_DEPLOY_TARGET where the target cannot be reached, ERR_ML_DEPLOY_REFUSED where there is nothing to go back to
 */
export async function rollback(request: RollbackRequest, deps: RollbackDeps): Promise<RollbackResult> {
  const begun = deps.clock.monotonic();
  const journal = new DeployJournal(deps.journals, deps.workspaceId, request.place);
  const before = await deps.target.observe();
  const observed = await goBack(before, request, { ...deps, journal });
  const took = deps.clock.monotonic() - begun;
  const entry = await record(before, observed, request, { ...deps, journal });
  const { baseline: from, candidate } = before.route;
  return { from, candidate: candidate?.release, serving: observed.route.baseline, took, entry };
}

type WithJournal = RollbackDeps & { readonly journal: DeployJournal };

async function goBack(
  before: Observed,
  { to, reason, place }: RollbackRequest,
  deps: WithJournal,
): Promise<Observed> {
  const { route, previous } = before;
  const known = [previous, route.baseline].flatMap((release) => release ?? []);
  if (to !== undefined) {
    const named = known.find((release) => isNamed(release, to));
    return named === undefined
      ? goFar(await releaseNamed(to, place, deps), reason, deps)
      : goTo(named, reason, deps);
  }
  const near = route.candidate === undefined ? previous : route.baseline;
  if (near !== null) return goTo(near, reason, deps);
  return goFar(await releaseBefore(place, deps), reason, deps);
}

/** What failed may have had its effect, as with a target that goes back before it writes that down, on a disk that is full. */
async function goTo(release: Digest, reason: string, { target }: WithJournal): Promise<Observed> {
  try {
    return await target.rollback(release, reason);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    const now = await target.observe();
    if (now.route.baseline === release && now.route.candidate === undefined) return now;
    throw error;
  }
}

/** To a release that the target may have lost: brought there from the store again. */
async function goFar(entry: BeginEntry, reason: string, deps: WithJournal): Promise<Observed> {
  const { target, bundles, signal } = deps;
  try {
    return await goTo(entry.release, reason, deps);
  } catch (error) {
    if (!isUnreachable(error) || entry.document === undefined || entry.bundles === undefined) throw error;
  }
  const opened = await bundles.open(entry.document, entry.bundles, signal);
  try {
    const staged = await target.stage(entry.document, opened.folders, signal);
    if (!staged.ready) throw nothing(`its release cannot be loaded any more: ${staged.reason}`);
  } finally {
    await opened.close();
  }
  return goTo(entry.release, reason, deps);
}

async function releaseNamed(to: string, { service }: Place, { journal }: WithJournal): Promise<BeginEntry> {
  const { releases } = await journal.state();
  const found = [...releases.values()].filter(({ release }) => isNamed(release, to));
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  throw nothing(`${String(found.length)} releases of ${service} are named ${to}`);
}

async function releaseBefore({ service }: Place, { journal }: WithJournal): Promise<BeginEntry> {
  const state = await journal.state();
  const good = lastGood(state);
  const entry = good === undefined ? undefined : state.releases.get(good);
  if (entry === undefined) throw nothing(`${service} served nothing before that was not rolled back`);
  return entry;
}

/** Long enough not to mean another one by a slip. */
function isNamed(release: Digest, name: string): boolean {
  return release === name || (name.length >= 4 && release.startsWith(`sha256:${name}`));
}

function nothing(why: string): MlError {
  return new MlError('ERR_ML_DEPLOY_REFUSED', {
    message: `Nothing was changed: ${why}`,
    fix: 'Name a release that served before: nx-ml deploy history SERVICE lists them; --to takes its first digits.',
  });
}

/** @returns the place of the entry that says so; undefined where it is owed */
async function record(
  before: Observed,
  observed: Observed,
  { reason, by }: RollbackRequest,
  deps: WithJournal,
): Promise<number | undefined> {
  const serving = observed.route.baseline;
  const finished = { outcome: 'rolled-back', serving, reason } as const;
  const at = new Date(deps.clock.now()).toISOString();
  try {
    const state = await deps.journal.state();
    const length = await opened(state, before, observed, { deps, reason, by, at });
    if (length !== undefined) return await recordEnd(finished, { journal: deps.journal, length, by }, deps);
  } catch (error) {
    if (!isMlError(error)) throw error;
  }
  await owe({ at, ...finished, by }, deps);
  return undefined;
}

interface Opening {
  readonly deps: WithJournal;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

/** A deployment that is under way is ended by this; else the way back is begun. @returns where its end belongs */
async function opened(
  state: DeployState,
  { route }: Observed,
  observed: Observed,
  { deps, reason, by, at }: Opening,
): Promise<number | undefined> {
  const release = observed.route.baseline;
  if (state.open !== undefined || release === null) return state.length;
  const entry = {
    ...({ formatVersion: 1, type: 'begin', at, release, from: route.baseline } as const),
    ...({ strategy: 'rollback', by, holder: deps.holder.mark, reason } as const),
    revision: await deps.revision(),
  };
  return (await deps.journal.append(state.length, entry)) ? state.length + 1 : undefined;
}
