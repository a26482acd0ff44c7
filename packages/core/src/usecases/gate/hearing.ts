import {
  buildVerdict,
  encodeVerdict,
  unaskedVerdict,
  judge,
  planStep,
  promotionsIn,
  questionOf,
  reason,
  recordFault,
  stepEntryOf,
} from '../../gate/index.js';
import type {
  BudgetState,
  Opening,
  Question,
  Reason,
  StepEntry,
  StepPlan,
  Verdict,
  VerdictBudget,
  VerdictInput,
} from '../../gate/index.js';
import { MlError } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import type { Stores } from '../records/run-store.js';
import { gatherEvidence } from './gather-evidence.js';
import type { Asked, GateAnswer } from './gate-answer.js';
import type { CandidateToJudge } from './judge-candidate.js';
import type { ReadyContest } from './read-contest.js';
import { readsOf } from './reads-of.js';
import { TestSets } from './test-sets.js';
import type { TestSetReading, TestSetsDeps } from './test-sets.js';

export interface HearingDeps extends Omit<TestSetsDeps, 'journals'> {
  readonly stores: Stores;
  readonly clock: Clock;
}

type Taking = Extract<StepPlan, { kind: 'take' }>;
type Readable = Extract<TestSetReading, { kind: 'read' }>;

/**
 * One question to a test set. The answer is computed, entered into the journal of the test set, and only then given: of several
 * jobs that take the same step one wins, and the others look again at what is left. Who dies before has shown nothing and spent
 * nothing; who dies after finds the answer there.
 */
export class Hearing {
  readonly #input: CandidateToJudge;
  readonly #contest: ReadyContest;
  readonly #deps: HearingDeps;
  readonly #sets: TestSets;
  readonly #question: Question;
  readonly #testSet: string;
  #opened = false;

  constructor(input: CandidateToJudge, contest: ReadyContest, deps: HearingDeps) {
    const { candidate, baseline, testSet } = contest;
    this.#input = input;
    this.#contest = contest;
    this.#deps = deps;
    this.#sets = new TestSets({ ...deps, journals: deps.stores.journals });
    this.#question = questionOf({ candidate, baseline, testSet, policy: input.policy });
    this.#testSet = input.policy.testSet ?? input.project;
  }

  async answer(): Promise<GateAnswer> {
    const { alpha, budget } = this.#input.policy;
    if (budget === null) {
      const verdict = this.#judge(alpha, null);
      await this.#keep(verdict);
      return this.#answer(verdict, false);
    }
    for (;;) {
      const reading = await this.#sets.read(this.#testSet);
      if (reading.kind !== 'read') return this.#unreadable(reading);
      const plan = planStep(reading.state, this.#question, this.#input.policy);
      const answer = await this.#follow(plan, reading);
      if (answer !== undefined) return answer;
    }
  }

  /** @returns undefined when somebody else took the position */
  async #follow(plan: StepPlan, reading: Readable): Promise<GateAnswer | undefined> {
    switch (plan.kind) {
      case 'known':
        return this.#known(plan.answer, reading.state);
      case 'refused':
        return this.#unasked(reason('budget', { what: plan.reason.code }), reading.state);
      case 'take':
        if (this.#input.lookOnly) throw notAsked(this.#input.project);
        return this.#take(plan, reading);
      case 'uncounted':
        throw new Error('a budget counts');
    }
  }

  async #take(plan: Taking, { length }: Readable): Promise<GateAnswer | undefined> {
    const verdict = this.#judge(plan.alpha, budgetOf(this.#testSet, plan, this.#input.policy.budget));
    // What cannot be judged tells nothing of the test set, and is asked again when it is mended.
    if (verdict.state === 'invalid') return this.#answer(verdict, false);
    await this.#keep(verdict);
    if (plan.open !== null && !(await this.#open(plan.open, length))) return undefined;
    const position = plan.open === null ? length : length + 1;
    const entry = stepEntryOf(this.#question, verdict, this.#now());
    return (await this.#sets.append(this.#testSet, position, entry))
      ? this.#answer(verdict, false)
      : undefined;
  }

  async #open(opening: Opening, length: number): Promise<boolean> {
    const entry = { formatVersion: 1, type: 'open', at: this.#now(), ...opening } as const;
    const opened = await this.#sets.append(this.#testSet, length, entry);
    if (opened) this.#opened = true;
    return opened;
  }

  /**
   * As it was given then. Any pull request can write to the journal, and the stored document is as good as who stored it: so the answer is what
   * judging again comes to, where that is what stands there, and otherwise there is none.
   */
  async #known(entry: StepEntry, state: BudgetState): Promise<GateAnswer> {
    const verdict = this.#judgeAgain(entry, state);
    const fault = recordFault(entry, this.#question, verdict);
    if (fault !== undefined) return this.#unasked(reason('journal', { what: fault }), state);
    await this.#keep(verdict);
    return this.#answer(verdict, true);
  }

  /** In the store before anybody is told, so that who wants to know what a pass rested on finds it. */
  async #keep(verdict: Verdict): Promise<void> {
    await this.#deps.stores.objects.putBytes(encodeVerdict(verdict));
  }

  #judgeAgain(entry: StepEntry, { answers, opened, alphaPerStep }: BudgetState): Verdict {
    if (opened === null || alphaPerStep === null) throw new Error('an answer stands in an open budget');
    const before = [...answers.values()];
    const step = before.indexOf(entry) + 1;
    const promotions = promotionsIn(before.slice(0, step - 1));
    const budget = budgetOf(this.#testSet, { step, promotions }, opened);
    return this.#judge(alphaPerStep, budget);
  }

  #judge(alpha: number, budget: VerdictBudget | null): Verdict {
    const { policy } = this.#input;
    const { contest } = this.#contest;
    const floorsOnly = contest.baseline === undefined;
    const judgement = judge({ policy, alpha, floorsOnly, evidence: gatherEvidence(policy, contest) });
    return buildVerdict(this.#about(budget), { judgement, alpha });
  }

  #unreadable(reading: Exclude<TestSetReading, { kind: 'read' }>): GateAnswer {
    const what = reading.kind === 'forgotten' ? reading.how : reading.error.message;
    return this.#answer(unaskedVerdict(this.#about(null), reason('journal', { what })), false);
  }

  /** No step was taken, and none is. */
  #unasked(why: Reason, { opened, promotions }: BudgetState): GateAnswer {
    const budget = opened && budgetOf(this.#testSet, { step: null, promotions }, opened);
    return this.#answer(unaskedVerdict(this.#about(budget), why), false);
  }

  #about(budget: VerdictBudget | null): VerdictInput {
    const { project, policy, candidate } = this.#input;
    const { compared, testSet } = this.#contest;
    const read = { ...readsOf(candidate, compared), question: this.#question.digest, testSet };
    return { project, policy, budget, read };
  }

  #answer(verdict: Verdict, known: boolean): GateAnswer {
    const { project, candidate } = this.#input;
    const { digest: question, testSet } = this.#question;
    const asked: Asked = { question, testSet, known, opened: this.#opened };
    return { project, candidate, verdict, asked };
  }

  #now(): string {
    return new Date(this.#deps.clock.now()).toISOString();
  }
}

function budgetOf(
  testSet: string,
  { step, promotions }: { readonly step: number | null; readonly promotions: number },
  budget: { readonly steps: number; readonly promotions: number } | null,
): VerdictBudget | null {
  return budget && { testSet, step, steps: budget.steps, promotions, maxPromotions: budget.promotions };
}

function notAsked(project: string): MlError {
  return new MlError('ERR_ML_GATE_HELD', {
    message: `${project} was not judged as it is now`,
    fix: `Judge it first: nx run ${project}:gate`,
  });
}
