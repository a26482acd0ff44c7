import type { DeployTarget } from '../../deploy/index.js';
import { MlError } from '../../kernel/index.js';
import type { Clock, Digest } from '../../kernel/index.js';

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
 * @throws MlError ERR_ML_DEPLOY_TARGET where it cannot be reached, has nothing to go back to, or changed its route over it
 */
export async function drillRollback({
  target,
  clock,
}: {
  readonly target: DeployTarget;
  readonly clock: Clock;
}): Promise<Drill> {
  const before = await target.observe();
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
