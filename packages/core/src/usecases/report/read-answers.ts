import { emptyRunReport, Evaluation, readExamples, runReport } from '../../evaluation/index.js';
import type { EvaluationOptions } from '../../evaluation/index.js';
import { isMlError } from '../../kernel/index.js';
import type { Answers } from '../../report/index.js';
import type { ObjectRef, ObjectStore } from '../../store/index.js';

export interface AnswersToRead {
  readonly seed: number | null;
  readonly predictions: ObjectRef;
  /** For messages. */
  readonly where: string;
  readonly options: EvaluationOptions;
  /** No figure of the test set is made. */
  readonly sealed: boolean;
}

/** A model's answers, or why they cannot be told of. @throws MlError where the store cannot be used at all */
export async function readAnswers(
  { seed, predictions, where, options, sealed }: AnswersToRead,
  objects: ObjectStore,
): Promise<Answers | { readonly why: string }> {
  const { digest } = predictions;
  try {
    const evaluation = new Evaluation(await readExamples(await objects.source(digest), where), options);
    try {
      return { evaluation, figures: runReport({ seed, predictions: digest, evaluation, sealed }) };
    } catch (error) {
      if (!isMlError(error)) throw error;
      return { evaluation, figures: emptyRunReport(seed, { predictions: digest, why: error.message }) };
    }
  } catch (error) {
    if (isMlError(error) && error.code !== 'ERR_ML_STORE_UNAVAILABLE') return { why: error.message };
    throw error;
  }
}
