import { randomBytes } from 'node:crypto';

import { isMlError } from '@nx-ml/core/kernel';
import type { TaskEnd } from '@nx-ml/core/usecases/run';
import type { SparedStep } from '@nx-ml/core/usecases/savings';

import type { Questions } from '../compose-questions.js';
import { systemClock } from '../system-clock.js';

export type RecordDeps = Pick<Questions, 'stores' | 'runs' | 'workspaceId'>;

/** Enters into the ledger what the store spared a batch. */
export async function recordRestored(ended: readonly TaskEnd[], deps: RecordDeps): Promise<void> {
  const spared = ended.flatMap(({ outcome, task: { ref } }): readonly SparedStep[] =>
    'spared' in outcome && ref.step !== 'gate' && ref.step !== 'promote'
      ? [{ project: ref.project, step: ref.step, ...outcome.spared }]
      : [],
  );
  await record(spared, 'store', deps);
}

/** The ledger is a comfort: where it cannot be kept, nothing else suffers. */
export async function record(
  spared: readonly SparedStep[],
  by: 'nx' | 'store',
  { stores, runs, workspaceId }: RecordDeps,
): Promise<void> {
  if (spared.length === 0) return;
  try {
    const { recordSpared, SavingsLedger } = await import('@nx-ml/core/usecases/savings');
    const ledger = new SavingsLedger(stores.journals, workspaceId);
    const newId = (): string => randomBytes(16).toString('hex');
    await recordSpared(spared, by, { ledger, runs, clock: systemClock, newId });
  } catch (error) {
    if (!isMlError(error)) throw error;
  }
}
