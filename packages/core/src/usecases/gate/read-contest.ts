import { Evaluation, pairExamples, readExamples, testRows, testSetDigest } from '../../evaluation/index.js';
import type { EvaluationOptions } from '../../evaluation/index.js';
import { canonicalJson, digestOf, isMlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { ObjectStore } from '../../store/index.js';
import type { Accepted, Candidate, EvaluatedModel } from './candidate.js';
import type { Contest, ReadModel } from './gather-evidence.js';

export interface ReadyContest {
  readonly kind: 'ready';
  readonly contest: Contest;
  readonly testSet: Digest;
  /** What names all that was read of each model. */
  readonly candidate: Digest;
  readonly baseline: Digest | null;
  /** The accepted model, as it was compared. */
  readonly compared: EvaluatedModel | undefined;
}

export type ContestReading =
  | ReadyContest
  /** The evidence cannot be judged. */
  | { readonly kind: 'invalid'; readonly why: string }
  /** There is an accepted model, and it cannot be compared. */
  | ({ readonly kind: 'no-baseline'; readonly why: string } & Pick<ReadyContest, 'candidate' | 'testSet'>);

interface ContestToRead {
  readonly candidate: Candidate;
  readonly accepted: Accepted;
  readonly options: EvaluationOptions;
}

/** Reads what both models answered, and pairs it. @throws MlError where the store cannot be read */
export async function readContest(
  project: string,
  { candidate, accepted, options }: ContestToRead,
  objects: ObjectStore,
): Promise<ContestReading> {
  const read = (model: EvaluatedModel, where: string): ReturnType<typeof readModel> =>
    readModel(model, where, { objects, options });
  const own = await read(candidate, `${project}:evaluate`);
  if ('why' in own) return { kind: 'invalid', why: own.why };
  const { examples } = own.evaluation;
  if (testRows(examples).length === 0)
    return { kind: 'invalid', why: 'the predictions have no row of the test set' };
  const asked = { testSet: testSetDigest(examples), candidate: digestOfModel(candidate, options) };
  const ready = { kind: 'ready', ...asked } as const;
  const noBaseline = (why: string): ContestReading => ({ kind: 'no-baseline', why, ...asked });
  if (accepted.kind === 'none')
    return {
      ...ready,
      baseline: null,
      compared: undefined,
      contest: { candidate: own, baseline: undefined },
    };
  if (accepted.kind === 'unreadable')
    return noBaseline(`nobody can tell which model is accepted: ${accepted.error.message}`);
  const chosen = baselineOf(accepted, asked.testSet);
  if ('why' in chosen) return noBaseline(chosen.why);
  const other = await read(chosen, `the accepted model of ${project}`);
  if ('why' in other) return noBaseline(other.why);
  const pairing = pairExamples(examples, other.evaluation.examples);
  if (!pairing.ok) return { kind: 'invalid', why: pairing.why };
  const contest = { candidate: own, baseline: { ...other, pairs: pairing } };
  return { ...ready, baseline: digestOfModel(chosen, options), compared: chosen, contest };
}

/** The accepted model by today's evaluation; where that failed, as it was when it was accepted, if it was of this very test set. */
function baselineOf(
  { entry, evaluation }: Extract<Accepted, { kind: 'accepted' }>,
  testSet: Digest,
): EvaluatedModel | { readonly why: string } {
  if (evaluation !== undefined && !isMlError(evaluation)) return evaluation;
  if (entry.testSet === testSet) return entry;
  const why = evaluation === undefined ? '' : `: ${evaluation.message}`;
  return {
    why: `the accepted model cannot be evaluated by the evaluation of today${why}; and it was accepted on another test set`,
  };
}

async function readModel(
  { predictions, ...model }: EvaluatedModel,
  where: string,
  { objects, options }: { readonly objects: ObjectStore; readonly options: EvaluationOptions },
): Promise<ReadModel | { readonly why: string }> {
  if (predictions === undefined) return { why: `${where} wrote no predictions` };
  try {
    const source = await objects.source(predictions.digest);
    return {
      ...model,
      evaluation: new Evaluation(await readExamples(source, `${where} predictions`), options),
    };
  } catch (error) {
    if (isMlError(error) && error.code === 'ERR_ML_PREDICTIONS_INVALID') return { why: error.message };
    throw error;
  }
}

/** Bytes of the answers, of the model, what was measured of it, and what ml.yaml says of the answers. */
function digestOfModel({ model, predictions, metrics }: EvaluatedModel, options: EvaluationOptions): Digest {
  const answers = predictions?.digest ?? null;
  return digestOf(canonicalJson({ model: model.digest, predictions: answers, metrics, options }));
}
