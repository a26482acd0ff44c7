import { planApply } from '@nx-ml/core/usecases/tune';
import type { AppliedParams, OpenStudy } from '@nx-ml/core/usecases/tune';
import type { ScopedTrial } from '@nx-ml/core/tune/study';

import type { StudyAtHand } from './study-at-hand.js';

/** Writes the parameters of a trial to where the model has them. @returns what changed */
export async function applyTrial(
  study: OpenStudy,
  trial: ScopedTrial,
  { write, workspace }: Pick<StudyAtHand, 'write' | 'workspace'>,
): Promise<AppliedParams> {
  const plan = planApply(study, trial, workspace);
  for (const { file, after } of plan.files) await write(file, after);
  return plan;
}
