import type { EvaluationOptions } from '../../evaluation/index.js';
import { criteriaOf, questionOf, reason, unaskedVerdict } from '../../gate/index.js';
import type { GatePolicy, QuestionParts } from '../../gate/index.js';
import type { Accepted, Candidate } from './candidate.js';
import { readContest } from './read-contest.js';
import { readsOf } from './reads-of.js';
import type { Asked, GateAnswer } from './gate-answer.js';
import { Hearing } from './hearing.js';
import type { HearingDeps } from './hearing.js';

export type JudgeCandidateDeps = HearingDeps;

export interface CandidateToJudge {
  readonly project: string;
  readonly policy: GatePolicy;
  readonly candidate: Candidate;
  readonly accepted: Accepted;
  /** What ml.yaml says of the predictions. */
  readonly options: EvaluationOptions;
  /** Look for the answer only: what was not asked is refused, and no step is spent. */
  readonly lookOnly: boolean;
}

/**
 * Puts a candidate to its test set.
 *
 * @throws MlError ERR_ML_GATE_HELD when an answer is only looked for and was not given; those of a store that cannot be used.
 */
export async function judgeCandidate(input: CandidateToJudge, deps: JudgeCandidateDeps): Promise<GateAnswer> {
  const { project, policy, candidate, accepted } = input;
  const read = { ...readsOf(candidate, undefined), question: null, testSet: null };
  const about = { project, policy, read, budget: null };
  if (accepted.kind === 'accepted' && accepted.entry.model.digest === candidate.model.digest)
    return {
      project,
      candidate,
      verdict: unaskedVerdict(about, reason('accepted'), 'pass'),
      asked: undefined,
    };
  const reading = await readContest(
    project,
    { candidate, accepted, options: boundOptions(input) },
    deps.stores.objects,
  );
  if (reading.kind === 'ready') return new Hearing(input, reading, deps).answer();
  if (reading.kind === 'invalid') {
    const verdict = unaskedVerdict(about, reason('undefined', { what: reading.why }), 'invalid');
    return { project, candidate, verdict, asked: undefined };
  }
  const verdict = unaskedVerdict(about, reason('baseline', { what: reading.why }));
  return { project, candidate, verdict, asked: notCompared(input, reading) };
}

/** What would have been asked: an override says which question was left open. */
function notCompared(
  { policy, accepted }: CandidateToJudge,
  { candidate, testSet }: Pick<QuestionParts, 'candidate' | 'testSet'>,
): Asked {
  const baseline = accepted.kind === 'accepted' ? accepted.entry.model.digest : null;
  const { digest } = questionOf({ candidate, baseline, testSet, policy });
  return { question: digest, testSet, known: false, opened: false };
}

/** What the answer follows from is part of the question; a behavioural test that the gate does not ask for is not. */
function boundOptions({ options, policy }: CandidateToJudge): EvaluationOptions {
  const asked = new Set(criteriaOf(policy).map(({ criterion }) => criterion.metric));
  const bound = options.behaviour?.filter(({ name }) => asked.has(`behaviour.${name}`)) ?? [];
  const behaviour = bound.map((test) => ({ ...test, min: undefined }));
  return { positive: options.positive, ...(behaviour.length === 0 ? {} : { behaviour }) };
}
