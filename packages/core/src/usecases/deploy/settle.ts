import type { DeployEntry, DeployState, EndEntry, Observed } from '../../deploy/index.js';
import { MlError } from '../../kernel/index.js';
import type { DeployJournal } from './deploy-journal.js';
import { requireFree } from './held.js';
import type { DeployDeps, OwedEntry, Place } from './ports.js';

interface Settling extends Pick<DeployDeps, 'clock' | 'holder' | 'owed' | 'emit'> {
  readonly place: Place;
  readonly takeOver: boolean;
}

/**
 * Brings the journal to what the target serves: ends what a dead controller left open, writes what was owed, and what was changed by
 * other means. The target is believed, since it is what users get.
 *
 * @throws MlError ERR_ML_DEPLOY_HELD where another deployment lives, and those of the journal
 */
export async function settle(
  journal: DeployJournal,
  observed: Observed,
  settling: Settling,
): Promise<DeployState> {
  const state = await journal.state();
  if (state.open !== undefined && !settling.takeOver) requireFree(state.open.entry, observed, settling);
  const owed = await settling.owed.read();
  const entry = missingEntry(state, observed, owed, settling);
  if (entry === undefined) return cleared(state, owed, settling);
  if (!(await journal.append(state.length, entry))) throw overtaken(settling.place);
  settling.emit({
    type: 'settled',
    outcome: entry.type === 'end' ? entry.outcome : 'found',
    reason: entry.reason,
  });
  return cleared(await journal.state(), owed, settling);
}

async function cleared(
  state: DeployState,
  owed: readonly OwedEntry[],
  { owed: kept }: Settling,
): Promise<DeployState> {
  if (owed.length > 0) await kept.write([]);
  return state;
}

function missingEntry(
  { open, serving }: DeployState,
  { route }: Observed,
  owed: readonly OwedEntry[],
  { clock }: Settling,
): Exclude<DeployEntry, { type: 'begin' }> | undefined {
  const base = {
    formatVersion: 1,
    at: new Date(clock.now()).toISOString(),
    serving: route.baseline,
  } as const;
  const told = owed.findLast((entry) => entry.serving === route.baseline);
  if (open !== undefined) return { ...base, type: 'end', ...endOf(open.entry, route.baseline, told) };
  if (route.baseline === serving) return undefined;
  const reason = told?.reason ?? 'the target serves it; the journal did not say so';
  return { ...base, type: 'found', reason, ...(told === undefined ? {} : { by: told.by }) };
}

function endOf(
  open: NonNullable<DeployState['open']>['entry'],
  baseline: EndEntry['serving'],
  told: OwedEntry | undefined,
): Pick<EndEntry, 'outcome' | 'reason'> {
  if (told !== undefined) return { outcome: told.outcome, reason: told.reason };
  const died = 'its controller ended before it could say so';
  if (baseline !== open.release) return { outcome: 'abandoned', reason: died };
  return open.strategy === 'rollback'
    ? { outcome: 'rolled-back', reason: open.reason ?? died }
    : { outcome: 'promoted', reason: died };
}

export function overtaken({ service, environment }: Place): MlError {
  return new MlError('ERR_ML_DEPLOY_HELD', {
    message: `Another deployment of ${service} to ${environment} was quicker`,
    fix: 'Look at what it came to, and deploy again if that is still wanted.',
  });
}
