import { stepId } from '@nx-ml/core/layout';
import type { PlannedStep } from '@nx-ml/core/usecases/plan';
import type { PlannedReleases } from '@nx-ml/core/usecases/releases';

import { lostSteps, remakeCommand } from './lost-text.js';
import { remoteJson } from './remote-text.js';
import type { RemoteAnswer } from './remote-text.js';

/** A plan in figures. Times in milliseconds of commands, one after the other; undefined where one is not known. */
export interface PlanSummary {
  readonly models: number;
  /** Models that would train, and those that may: what they read is made first. */
  readonly trains: number;
  readonly mayTrain: number;
  readonly trainMs: number | undefined;
  readonly mayTrainMs: number | undefined;
  /** Steps of any kind that would or may execute. */
  readonly executes: number;
  readonly sparedMs: number;
  /** The same times the GPUs that were held. */
  readonly sparedGpuMs: number;
  /** Current steps whose bytes are not in the store. */
  readonly lost: number;
  /** Bytes of results that the remote alone has. */
  readonly remoteBytes: number;
}

export function planSummary(planned: readonly PlannedStep[]): PlanSummary {
  const training = planned.filter(({ ref }) => ref.step === 'train');
  const trains = training.filter(({ state }) => state === 'run');
  const may = training.filter(({ state }) => state === 'waits');
  return {
    models: training.length,
    trains: trains.length,
    mayTrain: may.length,
    trainMs: total(trains),
    mayTrainMs: total(may),
    executes: planned.filter(({ state }) => state === 'run' || state === 'waits').length,
    sparedMs: planned.reduce((sum, { sparedMs }) => sum + sparedMs, 0),
    sparedGpuMs: planned.reduce((sum, { sparedMs, gpus }) => sum + sparedMs * gpus, 0),
    lost: lostSteps(planned).length,
    remoteBytes: planned.reduce((sum, { remote }) => sum + (remote?.bytes ?? 0), 0),
  };
}

function total(steps: readonly PlannedStep[]): number | undefined {
  let sum = 0;
  for (const { predictedMs } of steps) {
    if (predictedMs === undefined) return undefined;
    sum += predictedMs;
  }
  return sum;
}

/** A plan as one document. */
export function planJson(
  planned: readonly PlannedStep[],
  answer: RemoteAnswer,
  { promote, deploy, unknown }: PlannedReleases,
): unknown {
  return {
    formatVersion: 1,
    steps: planned.map(({ ref, waitsFor, lost, error, ...rest }) => ({
      step: stepId(ref),
      ...rest,
      waitsFor: waitsFor.map(stepId),
      ...(lost === undefined
        ? {}
        : { lost: { readBy: lost.readBy.map(stepId), fix: remakeCommand([{ ref }]) } }),
      ...(error === undefined ? {} : { error: { code: error.code, message: error.message, fix: error.fix } }),
    })),
    promote,
    deploy,
    ...(unknown === undefined ? {} : { releasesUnknown: unknown }),
    remote: remoteJson(answer),
    summary: planSummary(planned),
  };
}
