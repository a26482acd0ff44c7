import { MlError } from '../../kernel/index.js';
import type { Digest, JsonObject } from '../../kernel/index.js';
import { allStepsOf } from '../../manifest/index.js';
import type { StepSpec } from '../../manifest/index.js';
import { isPackageManifest, packageManifestDigest, runKeyOf, selectCode } from '../../provenance/index.js';
import type {
  CodeFile,
  EnvironmentDocument,
  KeyInput,
  RunKey,
  RunKeyDocument,
} from '../../provenance/index.js';
import { describeEnvironment } from './describe-environment.js';
import type { EnvironmentProbe } from '../../environment/index.js';
import type { StepRef } from '../../layout/index.js';
import { stepId } from '../../layout/index.js';
import type { MlProject, Workspace } from '../ports.js';
import type { ObjectRef } from '../../store/index.js';
import { isSeen } from './linked-files.js';
import { stepClosures } from './step-closure.js';
import type { Closures, StepCode } from './step-closure.js';
import { readParams } from './step-params.js';

/** One run of a step: a step has one for each seed. */
export interface PlannedRun {
  /** null for steps that draw no chance. */
  readonly seed: number | null;
  readonly key: RunKey;
  readonly document: RunKeyDocument;
  /** What the run reads, by the name that the code sees. */
  readonly inputs: Readonly<Record<string, ObjectRef>>;
}

/** A step as the workspace describes it now: all of its keys but what it reads of other steps. */
export interface StepDescription {
  readonly ref: StepRef;
  readonly project: MlProject;
  readonly spec: StepSpec;
  readonly params: JsonObject;
  readonly code: readonly CodeFile[];
  readonly environment: EnvironmentDocument;
  readonly pythonRoots: readonly string[];
}

/** A step with its command, and the key of each of its runs. */
export interface StepPlan extends StepDescription {
  readonly runs: readonly PlannedRun[];
}

export interface PlannedInput extends Pick<KeyInput, 'kind' | 'project'> {
  readonly ref: ObjectRef;
}

/** The upstream results that a run reads, by the name that the code sees. */
export type InputsOfSeed = (seed: number | null) => Readonly<Record<string, PlannedInput>>;

export interface DescribeStepInput {
  readonly ref: StepRef;
  readonly project: MlProject;
  readonly workspace: Workspace;
  readonly environment: EnvironmentProbe;
  /** The closures of the project, where they are known for the workspace as it is. */
  readonly closures?: Closures;
}

export interface PlanStepInput extends DescribeStepInput {
  readonly inputs: InputsOfSeed;
  /** Default: those of ml.yaml. */
  readonly seeds?: readonly (number | null)[];
  /** Default: those of ml.yaml. */
  readonly params?: JsonObject;
}

/**
 * Computes the run keys of a step from the workspace as it is now.
 *
 * @throws MlError for a configuration, a file or an interpreter that cannot be read.
 */
export async function planStep({ inputs, seeds, params, ...input }: PlanStepInput): Promise<StepPlan> {
  const described = await describeStep(input);
  const description = params === undefined ? described : { ...described, params };
  return { ...description, runs: planRuns(description, inputs, seeds ?? description.spec.seeds) };
}

/** What of a step's keys the workspace alone tells. @throws MlError as planStep */
export async function describeStep(input: DescribeStepInput): Promise<StepDescription> {
  const { ref, project, workspace } = input;
  const spec = specOf(project, ref);
  const closures = input.closures ?? stepClosures(project, workspace);
  const code = closures.get(ref.step);
  if (code === undefined) throw new Error(`no closure of ${stepId(ref)}`);
  const { params, file: paramsFile } = readParams(spec, project, workspace);
  return {
    ref,
    project,
    spec,
    params,
    code: codeFiles({ project, workspace, spec, code, closures, paramsFile }),
    environment: await describeEnvironment({ spec, code, project, workspace, probe: input.environment }),
    pythonRoots: code.pythonRoots,
  };
}

function planRuns(
  description: StepDescription,
  inputs: InputsOfSeed,
  seeds: readonly (number | null)[],
): readonly PlannedRun[] {
  return seeds.map((seed) => {
    const read = Object.entries(inputs(seed));
    const document = keyDocument(description, seed, Object.fromEntries(read));
    const refs = Object.fromEntries(read.map(([name, { ref }]) => [name, ref]));
    return { seed, key: runKeyOf(document), document, inputs: refs };
  });
}

/** What a run's key is made of, as far as the inputs given tell. */
export function keyDocument(
  { ref, project, spec, code, params, environment }: StepDescription,
  seed: number | null,
  inputs: Readonly<Record<string, PlannedInput>>,
): RunKeyDocument {
  return {
    formatVersion: 1,
    project: project.name,
    step: ref.step,
    command: spec.command,
    code,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, keyInput(input)])),
    params,
    seed,
    environment,
  };
}

function keyInput({ kind, project, ref: { digest } }: PlannedInput): KeyInput {
  return { kind, project, digest };
}

function specOf(project: MlProject, ref: StepRef): StepSpec {
  const spec = allStepsOf(project.config).find((candidate) => candidate.step === ref.step);
  if (spec !== undefined) return spec;
  throw new MlError('ERR_ML_CONFIG_REFERENCE', {
    message: `${project.root}/ml.yaml describes no step "${ref.step}"`,
    fix: `Add "${ref.step}:" with a command to it, or run a step that it has.`,
  });
}

interface CodeFilesInput {
  readonly project: MlProject;
  readonly workspace: Workspace;
  readonly spec: StepSpec;
  readonly code: StepCode;
  readonly closures: Closures;
  readonly paramsFile: string | undefined;
}

function codeFiles(input: CodeFilesInput): readonly CodeFile[] {
  const { project, workspace, spec, code, closures } = input;
  const listed = new Set(workspace.glob(project.root, spec.code));
  refuseOrphans(code.files, listed, input);
  // Nothing of the workspace is started where the gateway itself answers.
  const isPacked = spec.step === 'package' && spec.command === '';
  const selected = isPacked
    ? []
    : selectCode({
        project: project.name,
        closure: code,
        siblings: [...closures].flatMap(([step, closure]) => (step === spec.step ? [] : [closure])),
        filesOf: (name) => workspace.filesOf(name),
        ownerOf: (path) => workspace.ownerOf(path),
        byValue: new Set(input.paramsFile === undefined ? [] : [input.paramsFile]),
      });
  const paths = [...new Set([...selected, ...listed])].sort();
  refuseBlindLinks(input.paramsFile === undefined ? paths : [...paths, input.paramsFile], listed, input);
  return paths.map((path) => ({ path, digest: codeDigest(path, workspace) }));
}

function codeDigest(path: string, workspace: Workspace): Digest {
  const text = isPackageManifest(path) ? workspace.tree.readText(path) : undefined;
  return text === undefined ? workspace.digestOf(path) : packageManifestDigest(text);
}

/** Nx hashes files by project: an imported file outside every project would go stale behind Nx's cache. */
function refuseOrphans(
  files: readonly string[],
  listed: ReadonlySet<string>,
  { project, workspace }: CodeFilesInput,
): void {
  const orphans = files.filter((path) => workspace.ownerOf(path) === undefined && !listed.has(path));
  if (orphans.length === 0) return;
  throw new MlError('ERR_ML_CODE_OUTSIDE_PROJECTS', {
    message: `${project.name} imports ${orphans.slice(0, 3).join(', ')}${orphans.length > 3 ? ', ...' : ''}, which no Nx project holds, so that Nx would not see it change`,
    fix: `Make its folder a project (an empty project.json is enough), or list it under "code:" in ${project.root}/ml.yaml.`,
  });
}

/** As refuseOrphans, for files whose bytes lie elsewhere: Nx looks at a link, never at what it leads to. */
function refuseBlindLinks(
  paths: readonly string[],
  listed: ReadonlySet<string>,
  { project, workspace }: CodeFilesInput,
): void {
  const blind = paths.find((path) => {
    const real = workspace.tree.realPath(path);
    return !isSeen(path, workspace) && (real === undefined || !listed.has(real));
  });
  if (blind === undefined) return;
  const target = workspace.tree.realPath(blind) ?? 'a file outside of the workspace';
  throw new MlError('ERR_ML_CODE_OUTSIDE_PROJECTS', {
    message: `${project.name} may read ${blind}, a link to ${target}, which no Nx project holds, so that Nx would not see it change`,
    fix: 'Put the file itself there, keep data in the store (nx-ml data add), or make the folder that the link leads to a project (an empty project.json is enough).',
  });
}
