import type { RunResult } from '../../documents/index.js';
import type { Progress } from '../../engine/index.js';
import { executeRun } from '../run/execute-run.js';
import type { ExecuteDeps } from '../run/execute-run.js';
import type { RunPlaces } from '../run/publish-run.js';
import { acquireLease, claimRun } from '../run/wait-for-turn.js';
import type { WaitDeps } from '../run/wait-for-turn.js';
import type { TrialRun } from './study-runs.js';

export interface RunOnceDeps extends Omit<ExecuteDeps, 'replan'>, WaitDeps {}

export interface RunOnceContext {
  readonly deps: RunOnceDeps;
  readonly signal: AbortSignal;
  readonly places: RunPlaces;
  readonly onProgress: (progress: Progress) => void;
}

export interface OnceOutcome {
  readonly result: RunResult;
  /** Milliseconds of the command; 0 where the result was known. */
  readonly ms: number;
  readonly executed: 0 | 1;
}

/**
 * The result under a run key: that which is known, whoever made it, or what the command leaves now, published as any other run.
 *
 * @throws MlError as executeRun; ERR_ML_CANCELLED
 */
export async function runOnce(
  { plan, run, replan }: TrialRun,
  context: RunOnceContext,
): Promise<OnceOutcome> {
  const { deps, signal } = context;
  const turn = await claimRun(plan, run, { deps, signal });
  try {
    if ('result' in turn) return { result: turn.result, ms: 0, executed: 0 };
    return await execute({ plan, run, replan }, context);
  } finally {
    await turn.claim?.release();
  }
}

async function execute(
  { plan, run, replan }: TrialRun,
  { deps, signal, places, onProgress }: RunOnceContext,
): Promise<OnceOutcome> {
  const lease = await acquireLease(plan, run, { deps, signal });
  let isHeld = true;
  const giveBack = async (): Promise<void> => {
    if (isHeld) await lease.release();
    isHeld = false;
  };
  const started = deps.clock.monotonic();
  let ms = 0;
  const commandEnded = (): Promise<void> => {
    ms = Math.round(deps.clock.monotonic() - started);
    return giveBack();
  };
  try {
    const result = await executeRun(plan, run, {
      ...{ deps: { ...deps, replan }, gpus: lease.gpus, signal, places, onProgress, commandEnded },
    });
    return { result, ms, executed: 1 };
  } finally {
    await giveBack();
  }
}
