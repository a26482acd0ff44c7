import { planDeploy } from '../../deploy/index.js';
import type { DeployPlan, DeployPolicy, DeployState } from '../../deploy/index.js';
import { DeployJournal } from './deploy-journal.js';
import type { DeployDeps, Place } from './ports.js';
import type { ResolvedRelease } from './resolve-release.js';

export interface ServicePlan {
  readonly plan: DeployPlan;
  /** Another deployment that did not end, whether it lives or not. */
  readonly open: DeployState['open'];
}

/** What a deployment would do now; nothing is changed. @throws MlError of the target and the journal */
export async function planService(
  {
    place,
    resolved,
    policy,
  }: { readonly place: Place; readonly resolved: ResolvedRelease; readonly policy: DeployPolicy },
  { journals, workspaceId, target }: Pick<DeployDeps, 'journals' | 'workspaceId' | 'target'>,
): Promise<ServicePlan> {
  const observed = await target.observe();
  const state = await new DeployJournal(journals, workspaceId, place).state();
  return { plan: planDeploy({ release: resolved.release, policy, observed, state }), open: state.open };
}
