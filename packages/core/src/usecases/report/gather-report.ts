import type { ManifestRun, StepManifest } from '../../documents/index.js';
import { decodeVerdict, redact } from '../../gate/index.js';
import type { Verdict } from '../../gate/index.js';
import { isMlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { verdictPath } from '../../layout/index.js';
import { evaluationOptionsOf, gatePolicyOf, stepsOf } from '../../manifest/index.js';
import { keyDifference } from '../../provenance/index.js';
import { movementOf, plotsOf } from '../../report/index.js';
import type { Answers } from '../../report/index.js';
import { isSealed } from '../evaluate/report-evaluation.js';
import { withFiles } from '../explain/compare-runs.js';
import type { DataChangesDeps } from '../explain/data-changes.js';
import type { ExplainedChange } from '../explain/explain-steps.js';
import type { Forecaster, StepForecast } from '../plan/forecast-steps.js';
import type { StepPlan } from '../plan/plan-step.js';
import type { MlProject } from '../ports.js';
import { RunTimes } from '../records/run-times.js';
import type { RunTimesDeps } from '../records/run-times.js';
import { baseResult } from './base-result.js';
import type { BaseAsked, BaseDeps, BaseResult } from './base-result.js';
import type { ModelReport, ModelState, StepReport, ToldBase } from './model-report.js';
import { readAnswers } from './read-answers.js';

export type GatherDeps = BaseDeps & DataChangesDeps & RunTimesDeps & { readonly forecaster: Forecaster };

type Made = Extract<StepForecast, { state: 'current' | 'restore' }>;

/** What there is to tell of each model, in the order of the names. Nothing is run, asked of a test set, or written. */
export async function* gatherReport(
  projects: readonly string[],
  asked: BaseAsked,
  deps: GatherDeps,
): AsyncGenerator<ModelReport, void, undefined> {
  const times = new RunTimes(deps);
  for (const name of projects) {
    const project = deps.workspace.mlProject(name);
    if (project?.config.kind === 'model')
      yield await new ModelGatherer(project, asked, { deps, times }).gather();
  }
}

class ModelGatherer {
  readonly #project: MlProject;
  readonly #asked: BaseAsked;
  readonly #deps: GatherDeps;
  readonly #times: RunTimes;
  readonly #sealed: boolean;

  constructor(
    project: MlProject,
    asked: BaseAsked,
    { deps, times }: { readonly deps: GatherDeps; readonly times: RunTimes },
  ) {
    this.#project = project;
    this.#asked = asked;
    this.#deps = deps;
    this.#times = times;
    this.#sealed = isSealed(project.config);
  }

  async gather(): Promise<ModelReport> {
    const { name, root } = this.#project;
    const [train, evaluate] = await Promise.all(
      (['train', 'evaluate'] as const).map((step) => this.#forecast(step)),
    );
    const found = await baseResult(name, this.#asked, this.#deps);
    const base = found === undefined || isMlError(found) ? undefined : found;
    const now = this.#now(train, evaluate);
    const state = stateOf({ train, evaluate, now, base });
    const broken = [train, evaluate].find((one) => one?.state === 'broken');
    return {
      ...{ project: name, root, state, sealed: this.#sealed },
      base: base && toldBase(base),
      error: broken?.error,
      baseError: isMlError(found) ? found : undefined,
      steps: await this.#steps(),
      changes: await this.#changes(train, base),
      ...(await this.#figures({ state, now, base })),
      policy: gatePolicyOf(this.#project.config),
      verdict: now && this.#verdict(now),
      lines: this.#lines(),
    };
  }

  async #forecast(step: 'train' | 'evaluate'): Promise<StepForecast | undefined> {
    const { name, config } = this.#project;
    if (!stepsOf(config).some((spec) => spec.step === step)) return undefined;
    return this.#deps.forecaster.of({ project: name, step });
  }

  async #steps(): Promise<readonly StepReport[]> {
    const { name, config } = this.#project;
    return Promise.all(
      stepsOf(config).map(async ({ step, seeds, resources }) => {
        const ref = { project: name, step };
        const forecast = await this.#deps.forecaster.of(ref);
        const keys = isMade(forecast) ? forecast.plan.runs.map(({ key }) => key) : [];
        const tookMs = await this.#times.spent(keys);
        return { ref, state: forecast.state, tookMs, gpus: resources.gpu, runs: seeds.length };
      }),
    );
  }

  /** The seed that the gate judges, or the first. */
  #now(train: StepForecast | undefined, evaluate: StepForecast | undefined): Now | undefined {
    if (!isMade(train)) return undefined;
    const seed = gatePolicyOf(this.#project.config)?.seed ?? train.plan.runs[0]?.seed ?? null;
    const trained = runOf(train.manifest, seed);
    const model = trained?.outputs['model']?.digest;
    if (trained === undefined || model === undefined) return undefined;
    return { seed, model, evaluated: isMade(evaluate) ? runOf(evaluate.manifest, seed) : undefined };
  }

  async #changes(
    train: StepForecast | undefined,
    base: BaseResult | undefined,
  ): Promise<readonly ExplainedChange[] | undefined> {
    if (base?.document === undefined || train === undefined || !('plan' in train)) return undefined;
    const now = documentOf(train.plan, base.seed);
    if (now === undefined) return undefined;
    const changes = keyDifference(base.document, now).changes.filter(({ what }) => what !== 'seed');
    return Promise.all(changes.map((change) => withFiles(change, this.#deps)));
  }

  /** Nothing is read of a model that is what it was. */
  async #figures({ state, now, base }: Sides): Promise<Figures> {
    if (state === 'same' || now?.evaluated === undefined) return noFigures(undefined);
    const own = this.#sealed ? undefined : { before: base?.metrics ?? {}, now: now.evaluated.metrics };
    const { predictions } = now.evaluated.outputs;
    if (predictions === undefined) return { ...noFigures('its evaluation wrote no predictions'), own };
    const answers = await this.#read(now.seed, predictions, 'the evaluation');
    if ('why' in answers) return { ...noFigures(answers.why), own };
    const before = await this.#before(base);
    const { examples, weak, seed, behaviour, why } = answers.figures;
    return {
      movement: movementOf(answers, before, this.#sealed),
      figures: { examples, weak, seed },
      ...{ behaviour, own, noFigures: why },
      plots: plotsOf(answers, before, this.#sealed),
    };
  }

  /** What cannot be read of before leaves the figures of now alone. */
  async #before(base: BaseResult | undefined): Promise<Answers | undefined> {
    if (base?.predictions === undefined) return undefined;
    const answers = await this.#read(base.seed, base.predictions, 'the evaluation before');
    return 'why' in answers ? undefined : answers;
  }

  #read(
    seed: number | null,
    predictions: ManifestRun['outputs'][string],
    what: string,
  ): Promise<Answers | { readonly why: string }> {
    const { name, config } = this.#project;
    const options = evaluationOptionsOf(config);
    const asked = { seed, predictions, where: `${what} of ${name}`, options, sealed: this.#sealed };
    return readAnswers(asked, this.#deps.stores.objects);
  }

  /** A file in the workspace: believed only for the model that it names, and shown no further than its policy allows. */
  #verdict({ model, evaluated }: Now): Verdict | undefined {
    const text = this.#deps.workspace.tree.readText(verdictPath(this.#project.name));
    if (text === undefined) return undefined;
    try {
      const verdict = decodeVerdict(Buffer.from(text));
      const { candidate, predictions } = verdict.read;
      const isOfIt =
        verdict.project === this.#project.name &&
        candidate === model &&
        predictions.candidate === (evaluated?.outputs['predictions']?.digest ?? null);
      if (!isOfIt) return undefined;
      const policy = gatePolicyOf(this.#project.config);
      if (policy === undefined) return undefined;
      // It may have been given before somebody asked for one bit only.
      const disclosure = policy.disclosure === 'bit' ? 'bit' : verdict.policy.disclosure;
      const asToldToday = { ...verdict, policy: { ...verdict.policy, disclosure, budget: policy.budget } };
      return redact(asToldToday);
    } catch (error) {
      if (isMlError(error)) return undefined;
      throw error;
    }
  }

  #lines(): ModelReport['lines'] {
    const text = this.#deps.workspace.tree.readText(`${this.#project.root}/ml.yaml`) ?? '';
    const lines = text.split('\n');
    const lineOf = (key: string): number =>
      Math.max(1, lines.findIndex((line) => line.startsWith(`${key}:`)) + 1);
    return { gate: lineOf('gate'), evaluate: lineOf('evaluate') };
  }
}

/** The model as it is, and its evaluation if that is there. */
interface Now {
  readonly seed: number | null;
  readonly model: Digest;
  readonly evaluated: ManifestRun | undefined;
}

interface Sides {
  readonly state: ModelState;
  readonly now: Now | undefined;
  readonly base: BaseResult | undefined;
}

interface Found extends Omit<Sides, 'state'> {
  readonly train: StepForecast | undefined;
  readonly evaluate: StepForecast | undefined;
}

function stateOf({ train, evaluate, now, base }: Found): ModelState {
  if ([train, evaluate].some((one) => one?.state === 'broken')) return 'broken';
  if (now === undefined || (evaluate !== undefined && now.evaluated === undefined)) return 'unmade';
  if (base === undefined) return 'new';
  return isSame(now, base) ? 'same' : 'changed';
}

function toldBase({ found, model, seed, predictions }: BaseResult): ToldBase {
  return { found, model, seed, predictions: predictions?.digest };
}

function isSame({ model, evaluated }: Now, base: BaseResult): boolean {
  return base.model === model && base.predictions?.digest === evaluated?.outputs['predictions']?.digest;
}

type Figures = Pick<ModelReport, 'movement' | 'figures' | 'behaviour' | 'noFigures' | 'own' | 'plots'>;

function noFigures(why: string | undefined): Figures {
  return {
    movement: undefined,
    figures: undefined,
    behaviour: [],
    noFigures: why,
    own: undefined,
    plots: [],
  };
}

function isMade(forecast: StepForecast | undefined): forecast is Made {
  return forecast?.state === 'current' || forecast?.state === 'restore';
}

function runOf({ runs }: StepManifest, seed: number | null): ManifestRun | undefined {
  return runs.find((run) => run.seed === seed) ?? runs[0];
}

function documentOf({ runs }: StepPlan, seed: number | null) {
  return (runs.find((run) => run.seed === seed) ?? runs[0])?.document;
}
