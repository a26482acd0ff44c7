import type { StepManifest, StepName } from '../../documents/index.js';
import { MlError } from '../../kernel/index.js';
import { allStepsOf, stepsOf } from '../../manifest/index.js';
import { stepId } from '../../layout/index.js';
import type { StepRef } from '../../layout/index.js';
import type { PlannedInput } from './plan-step.js';
import type { MlProject, Workspace } from '../ports.js';

export interface Upstream {
  /** The name that the code sees. */
  readonly name: string;
  readonly ref: StepRef;
  readonly kind: 'data' | 'model';
  /** The step's own model: seed for seed. Another project's: the first seed's. */
  readonly own: boolean;
}

/** The steps whose results a step reads. */
export function upstreamOf(project: MlProject, ref: StepRef): readonly Upstream[] {
  const spec = stepsOf(project.config).find((candidate) => candidate.step === ref.step);
  const from = (
    kind: 'data' | 'model',
    step: StepName,
    names: Readonly<Record<string, string>>,
  ): readonly Upstream[] =>
    Object.entries(names).map(([name, target]) => ({
      name,
      kind,
      own: false,
      ref: { project: target, step },
    }));
  const isOwn = ref.step === 'evaluate' || ref.step === 'package';
  const own: readonly Upstream[] = isOwn
    ? [{ name: 'model', kind: 'model', own: true, ref: { project: project.name, step: 'train' } }]
    : [];
  return [...from('data', 'data', spec?.data ?? {}), ...from('model', 'train', spec?.models ?? {}), ...own];
}

/** The steps that read a step's result, of the same project first. */
export function readersOf(ref: StepRef, workspace: Workspace): readonly StepRef[] {
  const names = [...new Set([ref.project, ...workspace.mlDependents(ref.project)])];
  return names.flatMap((name) => {
    const project = workspace.mlProject(name);
    return project === undefined ? [] : readersIn(project, ref);
  });
}

function readersIn(project: MlProject, ref: StepRef): readonly StepRef[] {
  return allStepsOf(project.config).flatMap(({ step }) => {
    const reader = { project: project.name, step };
    const reads = upstreamOf(project, reader).some((source) => stepId(source.ref) === stepId(ref));
    return reads ? [reader] : [];
  });
}

/** What a run with this seed reads of an upstream result. @throws MlError ERR_ML_OBJECT_MISSING */
export function inputOf(source: Upstream, manifest: StepManifest, seed: number | null): PlannedInput {
  const run =
    (source.own ? manifest.runs.find((candidate) => candidate.seed === seed) : undefined) ?? manifest.runs[0];
  const output = run?.outputs[source.kind === 'data' ? 'data' : 'model'];
  if (output === undefined) throw notRun(source.ref);
  return { kind: source.kind, project: source.ref.project, ref: output };
}

export function notRun(ref: StepRef): MlError {
  return new MlError('ERR_ML_OBJECT_MISSING', {
    message: `${stepId(ref)} has no result for the workspace as it is now`,
    fix: `Run it: nx run ${stepId(ref)} --skip-nx-cache`,
  });
}
