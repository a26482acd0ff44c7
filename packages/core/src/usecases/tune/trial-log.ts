import { projectSegment, stateFolder } from '../../layout/index.js';
import type { StepRef } from '../../layout/index.js';

/** Where the log of a trial goes: that of the step itself is for the training that people asked for. Workspace-relative. */
export function trialLogPath({ project, step }: StepRef, trial: number, seed: number | null): string {
  const suffix = seed === null ? '' : `.seed-${String(seed)}`;
  return `${stateFolder}/logs/${projectSegment(project)}/tune.trial-${String(trial)}.${step}${suffix}.log`;
}
