import { canonicalJson, digestOf } from '../kernel/index.js';
import type { StepEntry } from './budget-entry.js';
import type { Question } from './plan-step.js';
import { encodeVerdict } from './verdict/verdict.js';
import type { Verdict } from './verdict/verdict.js';

/**
 * To be raised whenever the same evidence comes to other bytes of a verdict: an answer on record that cannot be come to any more is then
 * told from one that nobody gave. answer-on-record.spec.ts notices.
 */
export const judgementVersion = 1;

/** A question and its answer, as they enter the journal of the test set. @param at ISO 8601 in UTC, to the millisecond */
export function stepEntryOf({ digest, testSet }: Question, verdict: Verdict, at: string): StepEntry {
  return {
    formatVersion: 1,
    type: 'step',
    at,
    project: verdict.project,
    question: digest,
    testSet,
    passed: verdict.state === 'pass',
    verdict: digestOf(encodeVerdict(verdict)),
    judgement: judgementVersion,
    ...(verdict.read.baseline === null ? { first: true } : {}),
  };
}

export type RecordFault =
  /** It is not what judging again comes to. */
  | 'answer-differs'
  /** Nor could it be: another version of nx-ml's judgement gave it. */
  | 'judgement-differs';

/**
 * Whether an answer on record is the answer. Whoever may append to the journal, as every pull request may, could have written it; so
 * nothing is believed of it but that the question was asked.
 *
 * @param again the verdict that judging again came to, with the level and the budget of that step. Of what project it was does not matter: those that share a test set
 *   may ask the same.
 * @returns undefined where the two are the same to the byte.
 */
export function recordFault(entry: StepEntry, question: Question, again: Verdict): RecordFault | undefined {
  const expected = stepEntryOf(question, { ...again, project: entry.project }, entry.at);
  const told = (of: StepEntry): string => canonicalJson({ ...of, judgement: null });
  if (told(expected) === told(entry)) return undefined;
  return (entry.judgement ?? 1) === judgementVersion ? 'answer-differs' : 'judgement-differs';
}
