import { MlError } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import { costOf } from '../../savings/index.js';
import type { Prices } from '../../savings/index.js';
import type { WorkspaceData } from '../../data/index.js';
import type { ObjectStore } from '../../store/index.js';
import { expectedGain } from '../../tune/choice/index.js';
import { bestByMean, earlierBest, nextTrial } from '../../tune/study/index.js';
import type {
  AskedEvent,
  ScopedTrial,
  StepValue,
  StudyState,
  Suggest,
  ToldEvent,
  Trial,
} from '../../tune/study/index.js';
import { ensureGiven } from '../given/data-source.js';
import type { ForeignTrees } from '../given/foreign-trees.js';
import { refusePointerText } from '../given/lfs-files.js';
import { upstreamOf } from '../plan/upstream.js';
import type { OpenStudy } from './open-study.js';
import type { RunOnceDeps } from './run-once.js';
import { pruneBy } from './prune-by.js';
import { runTrial } from './run-trial.js';
import type { RunTrialInput, TrialOutcome } from './run-trial.js';
import { observationOf, suggestBy } from './suggest-by.js';
import { TrialWatch } from './trial-watch.js';
import type { EndOfStudy, StudyCounts, TuneEvent } from './tune-events.js';
import type { Workspace } from '../ports.js';

export interface TuneDeps extends RunOnceDeps {
  readonly clock: Clock;
  readonly stores: RunOnceDeps['stores'] & { readonly objects: ObjectStore };
  readonly workspace: Workspace;
  readonly data: WorkspaceData;
  readonly foreign: ForeignTrees;
  /** Did the process of this mark end? undefined where that cannot be told from here. */
  readonly hasEnded: (mark: string) => boolean | undefined;
}

export interface TuneInput {
  readonly study: OpenStudy;
  /** How many trials there are to be in all; default: those of ml.yaml. */
  readonly trials?: number | undefined;
  readonly prices: Prices | undefined;
  readonly deps: TuneDeps;
  readonly signal: AbortSignal;
  readonly emit: (event: TuneEvent) => void;
}

export interface TuneResult {
  readonly counts: StudyCounts;
  readonly because: EndOfStudy;
  /** Commands that this process executed. */
  readonly executed: number;
}

/**
 * Brings a study to its end: as many trials as there are to be, each read where it is known. May be stopped anywhere, and goes on where it
 * was.
 *
 * @throws MlError ERR_ML_TUNE_FAILED, ERR_ML_CANCELLED, and whatever is no fault of a trial
 */
export function tuneModel(input: TuneInput): Promise<TuneResult> {
  return new Tuner(input).run();
}

const hour = 3_600_000;

class Tuner {
  readonly #input: TuneInput;
  readonly #most: number;
  readonly #running = new Set<number>();
  readonly #suggest: Suggest;
  readonly #underway = new Map<number, readonly StepValue[]>();
  readonly #prune: ReturnType<typeof pruneBy>;
  #here = 0;
  #executed = 0;
  #failures = 0;
  #lastFailure: ScopedTrial | undefined;
  #because: EndOfStudy = 'all-begun';
  #prepared: Promise<void> | undefined;
  /** Ends all trials once one of them met what is no fault of a trial. */
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;

  constructor(input: TuneInput) {
    this.#input = input;
    this.#most = input.trials ?? input.study.policy.trials;
    this.#suggest = suggestBy(input.study.policy, input.study.view);
    this.#prune = pruneBy(input.study.policy, input.study.trials, this.#underway);
    this.#signal = AbortSignal.any([input.signal, this.#stop.signal]);
  }

  async run(): Promise<TuneResult> {
    const { policy } = this.#input.study;
    this.#refuseUnpricedCost();
    const workers = Array.from({ length: policy.parallel }, () => this.#work());
    const ended = await Promise.allSettled(workers);
    for (const end of ended) if (end.status === 'rejected') throw this.#firstError ?? end.reason;
    if (this.#failures > policy.maxFailures) throw this.#tooManyFailures();
    if (this.#because !== 'time' && this.#because !== 'cost') await this.#tryLeaders();
    return { counts: this.#counts(), because: this.#because, executed: this.#executed };
  }

  #firstError: unknown;

  async #work(): Promise<void> {
    try {
      for (let asked = await this.#ask(); asked !== undefined;) asked = await this.#try(asked);
    } catch (error) {
      // The others are cancelled by it, and their errors say nothing.
      this.#firstError ??= error;
      this.#stop.abort();
      throw error;
    }
  }

  /**
   * Begins a trial or takes one up; undefined where nothing is to be begun any more. What the last one came to is told in the same
   * breath: an entry of the journal less.
   */
  async #ask(told?: ToldEvent): Promise<AskedEvent | undefined> {
    const { study } = this.#input;
    if (told === undefined) this.#refuseWhenCancelled();
    let asked: AskedEvent | undefined;
    await study.journal.append((state, say) => {
      // Asked again since somebody else was faster: that trial is his.
      if (asked !== undefined) this.#running.delete(asked.trial);
      if (told !== undefined) say(told);
      asked = this.#signal.aborted ? undefined : this.#next(state);
      if (asked === undefined) return;
      this.#running.add(asked.trial);
      say(asked);
    });
    return asked;
  }

  #next(state: StudyState): AskedEvent | undefined {
    const { study, deps } = this.#input;
    const end = this.#endOfBudget() ?? this.#endOfGain();
    const next =
      end === undefined
        ? nextTrial({
            state,
            view: study.view,
            trials: this.#most,
            isAbandoned: (trial) => this.#isAbandoned(trial),
            earlier: earlierBest(state, study.view, study.policy.objectives[0]),
            suggest: this.#suggest,
            by: deps.processMark,
          })
        : ({ kind: 'none', because: end } as const);
    if (next.kind === 'asked') return next.event;
    this.#because = next.because;
    return undefined;
  }

  async #try({ trial, params }: AskedEvent): Promise<AskedEvent | undefined> {
    const { study, emit } = this.#input;
    emit({ type: 'trial-begun', trial: this.#scoped(trial), counts: this.#counts() });
    const { policy } = study;
    const watch = new TrialWatch(policy.progress, this.#signal, this.#prune?.(trial));
    this.#underway.set(trial, watch.all);
    const outcome = await this.#run({ trial, params, seeds: policy.seeds, watch });
    if (outcome.state === 'failed') this.#failures += 1;
    const asked = await this.#ask({ type: 'told', trial, ...outcome });
    this.#running.delete(trial);
    this.#underway.delete(trial);
    this.#here += 1;
    this.#executed += outcome.executed;
    const ended = this.#scoped(trial);
    if (ended.state === 'failed') this.#lastFailure = ended;
    emit({ type: 'trial-ended', trial: ended, counts: this.#counts() });
    this.#refuseWhenCancelled();
    return asked;
  }

  /** Before a trial is believed it is tried on seeds by which it was not found; see chooseTrial. */
  async #tryLeaders(): Promise<void> {
    const { study, emit } = this.#input;
    for (let [first] = study.choice().next; first !== undefined; [first] = study.choice().next) {
      this.#refuseWhenCancelled();
      const { trial, seed } = first;
      emit({ type: 'leader-begun', trial, seeds: [seed] });
      const { number, params } = trial;
      const watch = new TrialWatch(study.policy.progress, this.#signal);
      const outcome = await this.#run({ trial: number, params, seeds: [seed], watch });
      await study.journal.append((_, say) => {
        say({ type: 'told', trial: number, ...outcome });
      });
      this.#executed += outcome.executed;
      emit({ type: 'leader-ended', trial: this.#scoped(number) });
    }
  }

  async #run(trial: Pick<RunTrialInput, 'trial' | 'params' | 'seeds' | 'watch'>): Promise<TrialOutcome> {
    const { study, deps } = this.#input;
    await (this.#prepared ??= this.#prepare());
    const { policy, project, config, runs } = study;
    return runTrial({
      ...{ ...trial, runs, config, deps, objectives: policy.objectives },
      project: project.name,
      signal: this.#signal,
    });
  }

  /** What is read must be in the store before the first command reads it. */
  async #prepare(): Promise<void> {
    const { study, deps } = this.#input;
    const { project, runs, results } = study;
    for (const plan of runs.plans) {
      refusePointerText(
        plan.code.map(({ path }) => path),
        deps.workspace,
      );
      for (const { ref } of upstreamOf(project, plan.ref))
        if (ref.step === 'data') await ensureGiven(results.mlProject(ref.project, project.root), deps);
    }
  }

  #endOfBudget(): EndOfStudy | undefined {
    const { study, prices } = this.#input;
    const { time, cost, maxFailures } = study.policy;
    if (this.#failures > maxFailures) return 'failures';
    if (time === undefined && cost === undefined) return undefined;
    const ms = study.trials().reduce((sum, trial) => sum + trial.ms, 0);
    if (time !== undefined && ms >= time) return 'time';
    const gpuMs = ms * (study.runs.plans[0]?.spec.resources.gpu ?? 0);
    const paid = costOf({ ms, gpuMs }, prices);
    return cost !== undefined && paid !== undefined && paid >= cost ? 'cost' : undefined;
  }

  /** What is left would hardly be worth its time. Trials that run are ended by nobody. */
  #endOfGain(): EndOfStudy | undefined {
    const { study } = this.#input;
    const { minGain, objectives } = study.policy;
    if (minGain === undefined) return undefined;
    const trials = study.trials();
    const rules = { direction: objectives[0].direction, left: this.#most - trials.length };
    const { expected } = expectedGain(trials.map(observationOf), rules);
    return rules.left > 0 && expected < minGain ? 'no-gain' : undefined;
  }

  #isAbandoned(trial: Trial): boolean {
    const { study, deps } = this.#input;
    if (this.#running.has(trial.number)) return false;
    if (trial.by === deps.processMark) return true;
    const hasEnded = deps.hasEnded(trial.by);
    if (hasEnded !== undefined) return hasEnded;
    // Of another machine nothing is known but how long it has said nothing.
    const longest = Math.max(0, ...study.trials().map(({ ms }) => ms));
    const patience = longest === 0 ? 24 * hour : Math.max(hour, 4 * longest);
    return deps.clock.now() - trial.askedAt > patience;
  }

  #scoped(number: number): ScopedTrial {
    const trial = this.#input.study.trials().find((each) => each.number === number);
    if (trial === undefined) throw new Error(`trial ${String(number)} is not of this study`);
    return trial;
  }

  #counts(): StudyCounts {
    const { study } = this.#input;
    const trials = study.trials();
    const ended = trials.filter(({ state }) => state !== 'asked');
    return {
      of: this.#most,
      ended: ended.length,
      failed: ended.filter(({ state }) => state === 'failed').length,
      pruned: ended.filter(({ state }) => state === 'pruned').length,
      here: this.#here,
      best: bestByMean(ended, study.policy.objectives[0]),
    };
  }

  #refuseUnpricedCost(): void {
    const { study, prices } = this.#input;
    if (study.policy.cost === undefined || costOf({ ms: 0, gpuMs: 0 }, prices) !== undefined) return;
    throw new MlError('ERR_ML_CONFIG_INVALID', {
      message: `${study.project.root}/ml.yaml has tune.budget.cost, and nobody said what an hour costs`,
      fix: 'Write prices into the options of nx-ml in nx.json, for example { "prices": { "hour": 0.1, "gpu": 2.5, "currency": "EUR" } }.',
    });
  }

  #refuseWhenCancelled(): void {
    if (!this.#signal.aborted) return;
    const { name } = this.#input.study.project;
    throw new MlError('ERR_ML_CANCELLED', {
      message: `${name}:tune was cancelled`,
      fix: `Nothing is lost: nx tune ${name} goes on where it was.`,
    });
  }

  #tooManyFailures(): MlError {
    const { study } = this.#input;
    const { name } = study.project;
    const last = this.#lastFailure;
    const { message = '', log = [] } = last?.failure ?? {};
    return new MlError('ERR_ML_TUNE_FAILED', {
      message: `${name}:tune ended since ${String(this.#failures)} trials failed; the last one, trial ${String(last?.number ?? 0)}: ${message}`,
      fix: `Mend what made them fail, or raise tune.maxFailures; nx tune ${name} goes on with the next one.`,
      detail: log,
    });
  }
}
