import type { BeginEntry, Observed } from '../../deploy/index.js';
import { MlError } from '../../kernel/index.js';
import type { DeployDeps, Place } from './ports.js';

/** Milliseconds after which a deployment of another machine that shows no life counts as dead. */
const SILENCE = 10 * 60_000;

/**
 * Refuses to go on beside a deployment that lives. That it died is known by its process, where that was here; elsewhere by its silence:
 * a candidate lives by its controller's lease, and bringing a release takes less than ten minutes. Who is wrong
 * about that changes nothing behind the other's back, since each change of the route names the one before.
 *
 * @throws MlError ERR_ML_DEPLOY_HELD
 */
export function requireFree(
  open: BeginEntry,
  observed: Observed,
  { clock, holder, place }: Pick<DeployDeps, 'clock' | 'holder'> & { readonly place: Place },
): void {
  const hasEnded = holder.hasEnded(open.holder);
  const age = clock.now() - Date.parse(open.at);
  const isSilent = age >= SILENCE && observed.route.candidate?.release !== open.release;
  if (hasEnded === true || (hasEnded === undefined && isSilent)) return;
  throw new MlError('ERR_ML_DEPLOY_HELD', {
    message: `${place.service} is being deployed to ${place.environment} by ${open.by}, since ${open.at}`,
    fix: 'Wait for its end. Where it cannot live any more, --take-over goes on without it.',
  });
}
