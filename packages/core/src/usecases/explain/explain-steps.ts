import type { Digest, MlError } from '../../kernel/index.js';
import { stepId } from '../../layout/index.js';
import type { MlTaskRef, StepRef } from '../../layout/index.js';
import { datasetSource, stepsOf } from '../../manifest/index.js';
import { keyDifference, keySize } from '../../provenance/index.js';
import type { KeyChange, KeySame, RunKeyDocument } from '../../provenance/index.js';
import { dataChanges } from './data-changes.js';
import type { DataChange } from '../data/content-changes.js';
import type { DataChangesDeps } from './data-changes.js';
import { isGiven } from '../given/data-source.js';
import { FileOrigins } from './file-origins.js';
import type { FileOrigin } from './file-origins.js';
import type { Forecaster, StepForecast } from '../plan/forecast-steps.js';
import { inProject } from '../in-project.js';
import { lastRuns, runsThatMade } from '../records/last-runs.js';
import type { LastRuns, LastRunsDeps } from '../records/last-runs.js';
import { isLost } from '../plan/lost-results.js';
import { keyDocument } from '../plan/plan-step.js';
import type { MlProject, SourceControl } from '../ports.js';
import { remoteResult } from '../plan/remote-results.js';
import type { RemoteResult, RemoteResultsDeps } from '../plan/remote-results.js';
import { upstreamOf } from '../plan/upstream.js';

export interface ExplainDeps
  extends LastRunsDeps, DataChangesDeps, Pick<RemoteResultsDeps, 'stores' | 'here'> {
  readonly forecaster: Forecaster;
  readonly sourceControl: SourceControl;
}

/** A change of a key, with what is known of where it came from. */
export type ExplainedChange = KeyChange & {
  /** Of data and models: their files, where both contents are still known. */
  readonly files?: readonly DataChange[];
  /** Who changed the file that it stands in. */
  readonly origin?: FileOrigin;
};

/** Why a step would run, or would not. */
export interface StepExplanation {
  readonly ref: StepRef;
  readonly state: StepForecast['state'];
  /** It is current, and the store lacks bytes of its result: see lostResults. */
  readonly isLost: boolean;
  /** What of its result comes from the remote when something reads it. */
  readonly remote?: RemoteResult;
  /** Of a broken step. */
  readonly error?: MlError;
  /** What it is compared with; undefined for a step that never ran, as far as is known. */
  readonly last?: Pick<LastRuns, 'runs' | 'at' | 'revision'>;
  /** Separate things that its key is made of. */
  readonly size: number;
  readonly changes: readonly ExplainedChange[];
  readonly seeds: { readonly added: readonly number[]; readonly removed: readonly number[] };
  readonly same: KeySame;
  /** Steps whose results it reads and which would run first. */
  readonly waitsFor: readonly MlTaskRef[];
}

const nothing: KeySame = { code: [], inputs: [], params: [], packages: {}, interpreters: {}, variables: [] };

/**
 * Explains a step by what its key was made of at its last run and now, and goes on with the steps that made what
 * changed, each once: the step asked for comes first, its causes after it.
 */
export async function explainStep(ref: StepRef, deps: ExplainDeps): Promise<readonly StepExplanation[]> {
  return new Explainer(deps).explain(ref);
}

class Explainer {
  readonly #deps: ExplainDeps;
  readonly #origins: FileOrigins;
  readonly #explained = new Map<string, StepExplanation>();

  constructor(deps: ExplainDeps) {
    this.#deps = deps;
    this.#origins = new FileOrigins(deps.sourceControl);
  }

  async explain(ref: StepRef): Promise<readonly StepExplanation[]> {
    await this.#step(ref, await lastRuns(ref, this.#deps));
    return [...this.#explained.values()];
  }

  async #step(ref: StepRef, last: LastRuns | undefined): Promise<void> {
    if (this.#explained.has(stepId(ref))) return;
    const forecast = await this.#deps.forecaster.of(ref);
    const explanation = await this.#explanation(ref, forecast, last);
    this.#explained.set(stepId(ref), explanation);
    if (forecast.state !== 'broken') await this.#causes(explanation);
  }

  async #explanation(
    ref: StepRef,
    forecast: StepForecast,
    last: LastRuns | undefined,
  ): Promise<StepExplanation> {
    const lost = await isLost(forecast, this.#deps.runs);
    const remote = lost ? undefined : await remoteResult(forecast, { ...this.#deps, isRead: true });
    const base = {
      ref,
      state: forecast.state,
      isLost: lost,
      ...(remote === undefined ? {} : { remote }),
      ...(last === undefined ? {} : { last }),
    };
    const rest = { size: 0, changes: [], seeds: { added: [], removed: [] }, same: nothing, waitsFor: [] };
    if (forecast.state === 'broken') return { ...base, ...rest, error: forecast.error };
    const waitsFor = forecast.state === 'waits' ? forecast.on : [];
    const now = documentNow(forecast, last);
    const before = last?.runs.find(({ seed }) => seed === now.seed) ?? last?.runs[0];
    if (before === undefined || last === undefined) return { ...base, ...rest, size: keySize(now), waitsFor };
    const { changes, same } = keyDifference(before.document, now);
    const seeds = seedChanges(last, forecast);
    // The seed of two documents differs where the seeds have nothing in common; the lists tell it better.
    const told = changes.filter(({ what }) => what !== 'seed');
    const explained = await Promise.all(told.map((change) => this.#explainChange(change, ref, last)));
    // What is made first is neither changed nor the same as yet.
    const makers = new Set(waitsFor.map(({ project }) => project));
    const inputs = same.inputs.filter((name) => !makers.has(now.inputs[name]?.project ?? ''));
    return { ...base, size: keySize(now), changes: explained, seeds, same: { ...same, inputs }, waitsFor };
  }

  async #explainChange(change: KeyChange, ref: StepRef, last: LastRuns): Promise<ExplainedChange> {
    if (change.what === 'data' || change.what === 'model') return this.#explainInput(change, last);
    const project = this.#deps.workspace.mlProject(ref.project);
    const file = project === undefined ? undefined : fileOf(change, ref, project);
    const origin = file === undefined ? undefined : await this.#origins.of(file, last.revision);
    return { ...change, ...(origin === undefined ? {} : { origin }) };
  }

  async #explainInput(
    change: Extract<KeyChange, { readonly project: string }>,
    last: LastRuns,
  ): Promise<ExplainedChange> {
    const { before, after } = change;
    const project = this.#deps.workspace.mlProject(change.project);
    if (project === undefined || before === undefined || after === undefined) return change;
    const files = await dataChanges(before, after, project, this.#deps);
    const origin = await this.#origins.ofFirst(givenFiles(project, files), last.revision);
    return {
      ...change,
      ...(files === undefined ? {} : { files }),
      ...(origin === undefined ? {} : { origin }),
    };
  }

  /** The steps behind inputs that changed, or that are made first. Given data has no step behind it worth a word. */
  async #causes(explanation: StepExplanation): Promise<void> {
    const { workspace } = this.#deps;
    const project = workspace.mlProject(explanation.ref.project);
    if (project === undefined) return;
    const changed = new Map(
      explanation.changes.flatMap((change) => ('project' in change ? [[change.name, change]] : [])),
    );
    const waits = new Set(explanation.waitsFor.map(stepId));
    for (const source of upstreamOf(project, explanation.ref)) {
      const before = changed.get(source.name)?.before ?? digestBefore(explanation, source.name);
      if (!changed.has(source.name) && !waits.has(stepId(source.ref))) continue;
      const maker = workspace.mlProject(source.ref.project);
      if (maker !== undefined && isGiven(maker)) continue;
      const last =
        before === undefined
          ? await lastRuns(source.ref, this.#deps)
          : await runsThatMade(source.ref, before, this.#deps);
      await this.#step(source.ref, last);
    }
  }
}

function documentNow(
  forecast: Exclude<StepForecast, { state: 'broken' }>,
  last: LastRuns | undefined,
): RunKeyDocument {
  if (forecast.state === 'waits') {
    const { description, inputs } = forecast;
    const document = keyDocument(description, description.spec.seeds[0] ?? null, inputs);
    // What is made first is not known yet: until then it counts as it was.
    const before = last?.runs[0]?.document.inputs ?? {};
    return { ...document, inputs: { ...pending(before, forecast), ...document.inputs } };
  }
  const { runs } = forecast.plan;
  const before = new Map(last?.runs.map(({ seed, key }) => [seed, key]));
  const common = runs.filter(({ seed }) => before.has(seed));
  const shown = common.find(({ seed, key }) => before.get(seed) !== key) ?? common[0] ?? runs[0];
  if (shown === undefined) throw new Error('a plan without runs');
  return shown.document;
}

function pending(
  before: RunKeyDocument['inputs'],
  { on }: Extract<StepForecast, { state: 'waits' }>,
): RunKeyDocument['inputs'] {
  const makers = new Set(on.map(({ project }) => project));
  return Object.fromEntries(Object.entries(before).filter(([, { project }]) => makers.has(project)));
}

function digestBefore({ last }: StepExplanation, name: string): Digest | undefined {
  return last?.runs[0]?.document.inputs[name]?.digest;
}

function seedChanges(
  last: LastRuns,
  forecast: Exclude<StepForecast, { state: 'broken' }>,
): StepExplanation['seeds'] {
  const { spec } = forecast.state === 'waits' ? forecast.description : forecast.plan;
  const before = last.runs.flatMap(({ seed }) => seed ?? []);
  const now = spec.seeds.flatMap((seed) => seed ?? []);
  return {
    added: now.filter((seed) => !before.includes(seed)),
    removed: before.filter((seed) => !now.includes(seed)),
  };
}

/** The file in which a change of a key was written. */
function fileOf(change: KeyChange, { step }: StepRef, project: MlProject): string | undefined {
  if (change.what === 'code') return change.path;
  if (change.what === 'command') return inProject(project, 'ml.yaml');
  if (change.what !== 'param') return undefined;
  const params = stepsOf(project.config).find((spec) => spec.step === step)?.params.file;
  return inProject(project, params ?? 'ml.yaml');
}

/** Committed files that say what a given dataset holds: its pointer, or the files themselves. */
function givenFiles(project: MlProject, changes: readonly DataChange[] | undefined): readonly string[] {
  if (project.config.kind !== 'dataset') return [];
  const source = datasetSource(project.config);
  if (source.from === 'pointer' || source.from === 'dvc') return [inProject(project, source.path)];
  if (source.from === 'hf') return [inProject(project, 'ml.yaml')];
  return source.from === 'files' ? (changes ?? []).map(({ path }) => inProject(project, path)) : [];
}
