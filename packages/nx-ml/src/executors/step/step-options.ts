import type { StepName } from '@nx-ml/core/documents';

/** Options of `nx-ml:step`; schemas/step.json is the same for Nx. */
export interface StepOptions {
  readonly step: StepName;
}
