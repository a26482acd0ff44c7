import type { MlTaskRef } from '@nx-ml/core/layout';

/** Options of `nx-ml:step`; schemas/step.json is the same for Nx. */
export interface StepOptions {
  readonly step: MlTaskRef['step'];
}
