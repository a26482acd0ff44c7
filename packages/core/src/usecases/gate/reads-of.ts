import type { VerdictReads } from '../../gate/index.js';
import type { EvaluatedModel } from './candidate.js';

/** Which models a verdict is about. @param accepted the one that was compared */
export function readsOf(
  candidate: EvaluatedModel,
  accepted: EvaluatedModel | undefined,
): Pick<VerdictReads, 'candidate' | 'baseline' | 'predictions'> {
  const answersOf = (model: EvaluatedModel | undefined): VerdictReads['candidate'] | null =>
    model?.predictions?.digest ?? null;
  return {
    candidate: candidate.model.digest,
    baseline: accepted?.model.digest ?? null,
    predictions: { candidate: answersOf(candidate), baseline: answersOf(accepted) },
  };
}
