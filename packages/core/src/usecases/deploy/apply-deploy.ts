import { planDeploy } from '../../deploy/index.js';
import type { BeginEntry, DeployPlan, DeployPolicy, DeployResult, Observed } from '../../deploy/index.js';
import { isMlError, MlError } from '../../kernel/index.js';
import { DeployJournal } from './deploy-journal.js';
import { finishTrial } from './finish-trial.js';
import type { Finished } from './finish-trial.js';
import type { DeployDeps, Place } from './ports.js';
import { recordEnd } from './record-end.js';
import type { ResolvedRelease } from './resolve-release.js';
import { overtaken, settle } from './settle.js';
import { stageRelease } from './stage-release.js';
import { tryCandidate } from './try-candidate.js';

export interface DeployRequest {
  readonly place: Place;
  readonly resolved: ResolvedRelease;
  readonly policy: DeployPolicy;
  readonly by: string;
  /** Why a release is deployed that was rolled back here. */
  readonly again?: string | undefined;
  /** Goes on beside a deployment of which nobody can tell whether it lives. */
  readonly takeOver?: boolean | undefined;
}

/**
 * Makes an environment serve a release: compares, and acts. The same release again is nothing to do.
 *
 * Whatever ends it, at any point, an environment goes on serving what it served, or the new release where that was promoted; the next
 * deployment brings the journal to an end. Outcomes are values; nothing was begun where it throws.
 *
 * @throws MlError ERR_ML_DEPLOY_HELD where another deployment is under way, ERR_ML_DEPLOY_REFUSED for a release that was rolled back here
 *   and is not asked for again, ERR_ML_DEPLOY_TARGET where the target cannot be reached at all, and those of the journal
 */
export async function applyDeploy(request: DeployRequest, deps: DeployDeps): Promise<DeployResult> {
  const { place } = request;
  const journal = new DeployJournal(deps.journals, deps.workspaceId, place);
  const first = await deps.target.observe();
  const takeOver = request.takeOver === true;
  const state = await settle(journal, first, { ...deps, place, takeOver });
  const observed = await withoutCandidate(first, deps);
  const plan = planDeploy({ ...request.resolved, ...request, observed, state });
  deps.emit({ type: 'planned', plan });
  if (plan.noop) return ended({ outcome: 'promoted', reason: 'it is served already' }, plan, undefined, deps);
  requireAsked(plan, request);
  if (!(await journal.append(state.length, await beginEntry(plan, request, deps)))) throw overtaken(place);
  const finished = await rollOut(plan, request, observed, deps);
  const recording = { journal, length: state.length + 1, by: request.by };
  const entry = finished.isUnsure === true ? undefined : await recordEnd(finished, recording, deps);
  return ended(finished, plan, entry, deps);
}

/** A candidate whose controller died; its lease would end it too. */
async function withoutCandidate(observed: Observed, { target }: DeployDeps): Promise<Observed> {
  const { baseline, candidate } = observed.route;
  if (candidate === undefined) return observed;
  const { observed: now } = await target.route(observed.revision, { baseline });
  return now;
}

function requireAsked({ returned, to }: DeployPlan, { again, place }: DeployRequest): void {
  if (returned === undefined || again !== undefined) return;
  throw new MlError('ERR_ML_DEPLOY_REFUSED', {
    message: `${place.service} was rolled back from this release (${to}) in ${place.environment} before: ${returned}`,
    fix: 'Deploy another one; or this one again, with a reason: --again REASON.',
  });
}

async function beginEntry(
  { to, from, strategy, release }: DeployPlan,
  { by, again, resolved }: DeployRequest,
  { clock, holder, revision }: DeployDeps,
): Promise<BeginEntry> {
  return {
    formatVersion: 1,
    type: 'begin',
    at: new Date(clock.now()).toISOString(),
    release: to,
    document: release,
    bundles: resolved.bundles,
    from,
    strategy,
    by,
    holder: holder.mark,
    ...(again === undefined ? {} : { reason: again }),
    revision: await revision(),
  };
}

/** From here on the journal says that it began, so that every known failure becomes an outcome. */
async function rollOut(
  plan: DeployPlan,
  { resolved, policy }: DeployRequest,
  observed: Observed,
  deps: DeployDeps,
): Promise<Finished> {
  try {
    const staged = await stageRelease(resolved, policy, deps);
    if (staged.state !== 'ready') return { outcome: staged.state, reason: staged.reason, serving: plan.from };
    const end = await tryCandidate(plan, policy, observed, deps);
    return await finishTrial(end, plan, policy, deps);
  } catch (error) {
    if (!isMlError(error)) throw error;
    const outcome = error.code === 'ERR_ML_CANCELLED' ? 'abandoned' : 'failed';
    return { outcome, reason: `${error.code}: ${error.message}`, serving: plan.from };
  }
}

function ended(
  finished: Omit<Finished, 'serving'> & { readonly serving?: Finished['serving'] },
  plan: DeployPlan,
  entry: number | undefined,
  { emit }: DeployDeps,
): DeployResult {
  const { outcome, reason, evidence, needed } = finished;
  const serving = finished.serving === undefined ? plan.to : finished.serving;
  const result: DeployResult = {
    outcome,
    from: plan.from,
    to: plan.to,
    serving,
    reason,
    entry,
    evidence,
    needed,
  };
  emit({ type: 'ended', result });
  return result;
}
