import { encodeRunResult } from '../../documents/index.js';
import type { ManifestRun } from '../../documents/index.js';
import type { SigningKey } from '../../bundle/index.js';
import { digestOf, MlError } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import type { StepRef } from '../../layout/index.js';
import { evaluationOptionsOf, packageSpecOf, packageStepOf } from '../../manifest/index.js';
import type { ModelConfig, PackageSpec } from '../../manifest/index.js';
import { isSealed } from '../evaluate/report-evaluation.js';
import type { PlannedRun, StepPlan } from '../plan/plan-step.js';
import type { StepResults } from '../plan/step-results.js';
import { inputOf, notRun } from '../plan/upstream.js';
import type { MlProject } from '../ports.js';
import { gateEvidence } from './gate-evidence.js';
import type { GateEvidenceDeps, Judged } from './gate-evidence.js';

/** To be raised whenever the same evidence makes other bytes. */
const packagerVersion = 2;

export interface PackagePlanDeps extends GateEvidenceDeps {
  readonly results: StepResults;
  /** undefined: bundles are not signed here. */
  readonly signingKey?: (() => SigningKey | undefined) | undefined;
}

export interface PackagePlanOptions {
  /** From the files as they are now. */
  readonly fresh?: boolean;
  /** Id of the key that signed, or null, for whoever looks for a package and signs none. Default: that of `signingKey`. */
  readonly signedBy?: string | null | undefined;
}

/** What a package is made of, and the key that names it. */
export interface PackagePlan {
  readonly plan: StepPlan;
  readonly run: PlannedRun;
  readonly config: ModelConfig;
  readonly spec: PackageSpec;
  readonly trained: PlannedRun;
  readonly evaluated: EvaluatedRun | undefined;
  readonly judged: Judged | undefined;
  readonly key: SigningKey | undefined;
}

export interface EvaluatedRun {
  readonly run: PlannedRun;
  readonly plan: StepPlan;
  readonly result: ManifestRun;
}

/**
 * The package of a model as the workspace describes it now. Its run key holds those of training and evaluation, so that the provenance in it is
 * always that of what was trained here.
 *
 * @throws MlError ERR_ML_OBJECT_MISSING where training or evaluation have no result yet, ERR_ML_CONFIG_REFERENCE where ml.yaml has no `package`,
 * ERR_ML_BUNDLE_SIGNING_KEY, and those of planStep and of the registry
 */
export async function planPackage(
  project: string,
  deps: PackagePlanDeps,
  options: PackagePlanOptions = {},
): Promise<PackagePlan> {
  const { results } = deps;
  const { project: ml, config, step, spec } = describedPackage(results.mlProject(project, 'The task'));
  const seed = step.seeds[0] ?? null;
  const train: StepRef = { project, step: 'train' };
  const trained = await runOf(train, seed, results);
  const own = { name: 'model', kind: 'model', own: true, ref: train } as const;
  const model = inputOf(own, await results.result(train), seed);
  const evaluated = config.evaluate === undefined ? undefined : await evaluationOf(project, seed, results);
  const judged = config.gate === undefined ? undefined : await gateEvidence(ml, model.ref, deps);
  const key = options.signedBy === undefined ? deps.signingKey?.() : undefined;
  const packaged = { config, spec, trained: trained.run, evaluated, judged, key };
  const signedBy = options.signedBy ?? key?.id ?? null;
  const params = { ...step.params.values, evidence: evidenceOf(packaged, signedBy) };
  const ref: StepRef = { project, step: 'package' };
  const plan = await results.planWith(ref, { seed, params, inputs: { model } }, options);
  const [run] = plan.runs;
  if (run === undefined) throw notRun(ref);
  return { plan, run, ...packaged };
}

function describedPackage(project: MlProject) {
  const { config } = project;
  const step = packageStepOf(config);
  const spec = config.kind === 'model' ? packageSpecOf(config) : undefined;
  if (config.kind !== 'model' || step === undefined || spec === undefined) throw notPackaged(project.root);
  return { project, config, step, spec };
}

/** All that a package tells beside its files, as far as no other part of its run key holds it. */
function evidenceOf(
  { config, trained, evaluated, judged }: Omit<PackagePlan, 'plan' | 'run'>,
  signedBy: string | null,
): JsonObject {
  return {
    packager: packagerVersion,
    description: config.description ?? null,
    figures: figuresOf(config),
    train: trained.key,
    evaluate:
      evaluated === undefined ? null : { key: evaluated.run.key, result: resultDigest(evaluated.result) },
    gate: judged === undefined ? null : { ...judged.evidence },
    signedBy,
  };
}

/** What of ml.yaml decides which figures an evaluation comes to, and which may be told; no run key holds it. */
function figuresOf(config: ModelConfig): JsonObject {
  const options = JSON.parse(JSON.stringify(evaluationOptionsOf(config))) as JsonObject;
  return { sealed: isSealed(config), ...options };
}

function resultDigest({ outputs, metrics }: ManifestRun): string {
  return digestOf(encodeRunResult({ formatVersion: 1, outputs, metrics }));
}

async function evaluationOf(
  project: string,
  seed: number | null,
  results: StepResults,
): Promise<EvaluatedRun> {
  const ref: StepRef = { project, step: 'evaluate' };
  const manifest = await results.result(ref);
  const result = manifest.runs.find((each) => each.seed === seed);
  if (result === undefined) throw notRun(ref);
  return { ...(await runOf(ref, seed, results)), result };
}

async function runOf(
  ref: StepRef,
  seed: number | null,
  results: StepResults,
): Promise<{ readonly run: PlannedRun; readonly plan: StepPlan }> {
  const plan = await results.plan(ref);
  const run = plan.runs.find((each) => each.seed === seed);
  if (run === undefined) throw notRun(ref);
  return { run, plan };
}

function notPackaged(root: string): MlError {
  return new MlError('ERR_ML_CONFIG_REFERENCE', {
    message: `${root}/ml.yaml has no "package"`,
    fix: 'Say how the model is served, for example "package: { serve: { onnx: model.onnx }, signature: signature.json, example: example.json }": docs/guides/package.md',
  });
}
