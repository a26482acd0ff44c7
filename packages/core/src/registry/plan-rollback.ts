import { MlError } from '../kernel/index.js';
import type { ChampionEntry } from './registry-entry.js';
import { championOf, rolledBackFrom } from './registry-state.js';
import type { RegistryState } from './registry-state.js';

/** Where the champion may go back to. */
export interface RollbackRequest {
  readonly at: string;
  /** A version that was champion; undefined: the one before the present one. */
  readonly to?: number | undefined;
  readonly by: string;
  readonly reason: string;
}

/**
 * The entry that makes an earlier champion the champion again, with the evidence and the commit that it had then. It goes back to
 * what was champion, and to nothing else: anything else takes a verdict of today.
 *
 * @throws MlError ERR_ML_REGISTRY_ABSENT where there is none to go back to
 */
export function planRollback(
  state: RegistryState,
  { to, ...said }: RollbackRequest,
  model: string,
): ChampionEntry {
  const now = championOf(state);
  if (now === undefined) throw absent(`${model} has no champion`, `Make one: nx run ${model}:promote`);
  // By itself it never returns to what somebody went back from.
  const isGoal = ({ model: { digest }, version }: ChampionEntry): boolean =>
    digest !== now.model.digest &&
    (to === undefined ? rolledBackFrom(state, digest) === undefined : version === to);
  const goal = state.champions.findLast(isGoal);
  if (goal === undefined) throw noGoal(model, to, now);
  return { ...goal, ...said, type: 'champion', because: 'rollback' };
}

function noGoal(model: string, to: number | undefined, now: ChampionEntry): MlError {
  const look = `nx-ml registry history ${model} tells which models were champion.`;
  if (to === undefined) return absent(`${model} had no other champion to go back to`, look);
  return to === now.version
    ? absent(`Version ${String(to)} of ${model} is the champion now`, look)
    : absent(`Version ${String(to)} of ${model} was never the champion`, look);
}

function absent(message: string, fix: string): MlError {
  return new MlError('ERR_ML_REGISTRY_ABSENT', { message, fix });
}
