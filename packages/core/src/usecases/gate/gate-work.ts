import type { RunResult } from '../../documents/index.js';
import { encodeVerdict } from '../../gate/index.js';
import type { GatePolicy } from '../../gate/index.js';
import { isMlError, MlError } from '../../kernel/index.js';
import { stepId, verdictPath } from '../../layout/index.js';
import type { StepRef } from '../../layout/index.js';
import { evaluationOptionsOf, gatePolicyOf } from '../../manifest/index.js';
import { championOf } from '../../registry/index.js';
import type { ChampionEntry } from '../../registry/index.js';
import type { PlannedRun, StepPlan } from '../plan/plan-step.js';
import type { StepResults } from '../plan/step-results.js';
import { inputOf } from '../plan/upstream.js';
import type { Workspace, WorkspaceWriter } from '../ports.js';
import type { RunStore } from '../records/run-store.js';
import { Registry } from '../registry/registry.js';
import type { DoneOutcome, RunsToDo, TaskWork } from '../run/task-work.js';
import { evaluatedModel } from './candidate.js';
import type { Accepted, Candidate } from './candidate.js';
import { judgeCandidate } from './judge-candidate.js';
import type { JudgeCandidateDeps } from './judge-candidate.js';

export interface GateWorkDeps extends JudgeCandidateDeps {
  readonly results: StepResults;
  readonly runs: RunStore;
  readonly workspace: Workspace;
  readonly writer: WorkspaceWriter;
}

/**
 * The gate: the accepted model is evaluated by today's evaluation, unless that is known, and then the candidate is judged. That
 * it cannot be evaluated anew is no failure here: the verdict says what follows from it.
 */
export class GateWork implements TaskWork {
  readonly #evaluation: StepRef;
  readonly #deps: GateWorkDeps;
  readonly #lookOnly: boolean;
  #accepted: Accepted = { kind: 'none' };

  constructor(
    project: string,
    deps: GateWorkDeps,
    { lookOnly = false }: { readonly lookOnly?: boolean } = {},
  ) {
    this.#evaluation = { project, step: 'evaluate' };
    this.#deps = deps;
    this.#lookOnly = lookOnly;
  }

  async resolve(): Promise<RunsToDo> {
    const plan = await this.#deps.results.plan(this.#evaluation);
    policyOf(plan);
    const entry = await this.#findAccepted();
    if (entry === undefined) return { plan, runs: [] };
    this.#accepted = { kind: 'accepted', entry, evaluation: undefined };
    const ofAccepted = await this.#planWith(entry);
    const [run] = ofAccepted.runs;
    const result = run && (await this.#deps.runs.find(run.key));
    if (run !== undefined && result !== undefined) this.take(run, result);
    return { plan: ofAccepted, runs: result === undefined ? ofAccepted.runs : [] };
  }

  replan(): Promise<StepPlan> {
    if (this.#accepted.kind !== 'accepted') throw new Error('nothing runs without an accepted model');
    return this.#planWith(this.#accepted.entry, { fresh: true });
  }

  take(_: PlannedRun, result: RunResult): void {
    if (this.#accepted.kind !== 'accepted') return;
    const { entry } = this.#accepted;
    this.#accepted = { kind: 'accepted', entry, evaluation: evaluatedModel(entry.model, result) };
  }

  goesOnWithout(_: PlannedRun, error: unknown): boolean {
    if (!isMlError(error) || this.#accepted.kind !== 'accepted') return false;
    this.#accepted = { ...this.#accepted, evaluation: error };
    return true;
  }

  async finish(): Promise<DoneOutcome> {
    const { project } = this.#evaluation;
    const plan = await this.#deps.results.plan(this.#evaluation);
    const policy = policyOf(plan);
    const candidate = await this.#candidate(plan, policy);
    const options = evaluationOptionsOf(plan.project.config);
    const answer = await judgeCandidate(
      { project, policy, candidate, accepted: this.#accepted, options, lookOnly: this.#lookOnly },
      this.#deps,
    );
    await this.#deps.writer.write(verdictPath(project), encodeVerdict(answer.verdict));
    return { state: 'judged', answer };
  }

  /** A journal that cannot be read is no absence: it is judged as what nobody knows. */
  async #findAccepted(): Promise<ChampionEntry | undefined> {
    const { stores, workspaceId } = this.#deps;
    try {
      const registry = new Registry(stores.journals, workspaceId);
      return championOf(await registry.state(this.#evaluation.project));
    } catch (error) {
      if (!isMlError(error)) throw error;
      this.#accepted = { kind: 'unreadable', error };
      return undefined;
    }
  }

  /** By the code, data and environment of today, and with the parameters that it was accepted with. */
  #planWith(
    { model, seed, params }: ChampionEntry,
    options?: { readonly fresh: boolean },
  ): Promise<StepPlan> {
    const input = { kind: 'model', project: this.#evaluation.project, ref: model } as const;
    return this.#deps.results.planWith(this.#evaluation, { seed, params, inputs: { model: input } }, options);
  }

  async #candidate({ runs, params }: StepPlan, policy: GatePolicy): Promise<Candidate> {
    const { results } = this.#deps;
    const { project } = this.#evaluation;
    const [evaluated, trained] = await Promise.all([
      results.result(this.#evaluation),
      results.result({ project, step: 'train' }),
    ]);
    const seed = policy.seed ?? runs[0]?.seed ?? null;
    const run = evaluated.runs.find((each) => each.seed === seed);
    if (run === undefined) throw noSuchSeed(project, seed);
    const own = { name: 'model', kind: 'model', own: true, ref: { project, step: 'train' } } as const;
    return { seed, params, ...evaluatedModel(inputOf(own, trained, seed).ref, run) };
  }
}

/** @throws MlError ERR_ML_CONFIG_REFERENCE where ml.yaml has no gate */
function policyOf({ project }: StepPlan): GatePolicy {
  const policy = gatePolicyOf(project.config);
  if (policy !== undefined) return policy;
  throw new MlError('ERR_ML_CONFIG_REFERENCE', {
    message: `${project.root}/ml.yaml has no gate`,
    fix: 'Say what the model must show, for example "gate: accuracy": docs/guides/gate.md',
  });
}

function noSuchSeed(project: string, seed: number | null): MlError {
  return new MlError('ERR_ML_CONFIG_REFERENCE', {
    message: `${stepId({ project, step: 'gate' })} judges the model of seed ${String(seed)}, and it was not trained with that seed`,
    fix: 'Name it under "train: seeds:", or another one under "gate: seed:".',
  });
}
