import type { DeployTarget } from '../../deploy/index.js';
import { MlError } from '../../kernel/index.js';
import type { Clock, Digest } from '../../kernel/index.js';
import type { Place } from './ports.js';

export interface Drill {
  /** Where going back would lead. */
  readonly to: Digest;
  /** Milliseconds from the command to the first right answer, as the target measured it. */
  readonly recovery: number;
  /** Milliseconds of the whole rehearsal, as seen from here. */
  readonly took: number;
}

/**
 * Rehearses going back on what serves, without changing what users get.
 *
 * @throws MlError ERR_ML_DEPLOY_REFUSED where there is nothing to go back to, ERR_ML_DEPLOY_TARGET where it cannot be reached, or changed
 *   its route over it
 */
export async function drillRollback(
  { service, environment }: Place,
  { target, clock }: { readonly target: DeployTarget; readonly clock: Clock },
): Promise<Drill> {
  const before = await target.observe();
  if (before.previous === null)
    throw new MlError('ERR_ML_DEPLOY_REFUSED', {
      message: `${service} in ${environment} has nothing to go back to: ${nothingBefore(before.route.baseline)}`,
      fix: 'Deploy a release, then another one: from then on there is one before. What served long ago is gone back to by name: rollback --to.',
    });
  const begun = clock.monotonic();
  const { to, recovery } = await target.drill();
  const took = clock.monotonic() - begun;
  const after = await target.observe();
  if (after.route.baseline !== before.route.baseline)
    throw new MlError('ERR_ML_DEPLOY_TARGET', {
      message: `What is served changed during the drill: from ${String(before.route.baseline)} to ${String(after.route.baseline)}`,
      fix: 'Look at what else changes the target; the drill itself says nothing then.',
    });
  return { to, recovery, took };
}

function nothingBefore(serving: Digest | null): string {
  return serving === null
    ? 'nothing was deployed there yet'
    : 'no other release served before, or the last one was gone back from';
}
