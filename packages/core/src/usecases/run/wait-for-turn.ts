import { setTimeout as sleep } from 'node:timers/promises';

import type { Claim, Claims, Lease, Slots } from '../../engine/index.js';
import { hexOf, MlError } from '../../kernel/index.js';
import type { RunResult } from '../../documents/index.js';
import type { EventSink } from '../events.js';
import { stepId } from '../../layout/index.js';
import type { PlannedRun, StepPlan } from '../plan/plan-step.js';
import type { RunStore } from '../records/run-store.js';

export interface WaitDeps {
  readonly slots: Slots;
  readonly claims: Claims;
  readonly runs: RunStore;
  readonly emit: EventSink;
}

interface Wait {
  readonly deps: WaitDeps;
  readonly signal: AbortSignal;
}

/** Milliseconds between two tries. */
const interval = 250;

/** Either the right to run, or the result that another process made meanwhile. */
export type Turn =
  { readonly claim: Claim } | { readonly result: RunResult; readonly claim: Claim | undefined };

/**
 * Waits while another process of this machine runs the very same, and takes its result instead of running it twice.
 *
 * @throws MlError ERR_ML_CANCELLED
 */
export async function claimRun(plan: StepPlan, run: PlannedRun, { deps, signal }: Wait): Promise<Turn> {
  for (let attempt = 0; ; attempt += 1) {
    refuseWhenCancelled(plan, signal);
    const claim = await deps.claims.tryClaim(hexOf(run.key));
    // Also with the claim in hand: its last holder may have published just before.
    const result = await deps.runs.find(run.key);
    if (result !== undefined) return { result, claim };
    if (claim !== undefined) return { claim };
    if (attempt === 0) tell(plan, run, deps, 'another process runs the same, and its result will be taken');
    await pause(signal);
  }
}

/**
 * Waits until the machine has what the step asks for; other nx-ml processes may hold it.
 *
 * @throws MlError ERR_ML_CANCELLED, ERR_ML_RESOURCES_UNAVAILABLE
 */
export async function acquireLease(plan: StepPlan, run: PlannedRun, { deps, signal }: Wait): Promise<Lease> {
  for (let attempt = 0; ; attempt += 1) {
    refuseWhenCancelled(plan, signal);
    const lease = await deps.slots.tryAcquire(plan.spec.resources);
    if (lease !== undefined) return lease;
    if (attempt === 0) tell(plan, run, deps, 'GPU or memory is in use');
    await pause(signal);
  }
}

function tell(plan: StepPlan, run: PlannedRun, { emit }: WaitDeps, reason: string): void {
  emit({ type: 'run-waiting', ref: plan.ref, seed: run.seed, reason });
}

/** Ends early when cancelled; the next try says so. */
async function pause(signal: AbortSignal): Promise<void> {
  await sleep(interval, undefined, { signal }).catch(() => undefined);
}

function refuseWhenCancelled(plan: StepPlan, signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new MlError('ERR_ML_CANCELLED', {
    message: `${stepId(plan.ref)} was cancelled while it waited for its turn`,
    fix: 'Run it again to go on.',
  });
}
