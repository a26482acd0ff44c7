import { compareText } from '../../kernel/index.js';
import { commandEntries, isParsedSource, isSpec, mayBeRead, writtenParams } from '../../provenance/index.js';
import type { StepClosure } from '../../provenance/index.js';
import type { ImportClosure, UnresolvedImport } from '../../imports/index.js';
import { allStepsOf, filesOfPackage, packageSpecOf } from '../../manifest/index.js';
import type { StepSpec } from '../../manifest/index.js';
import { inProject } from '../in-project.js';
import type { MlProject, Workspace } from '../ports.js';

/** By step. */
export type Closures = ReadonlyMap<string, StepCode>;

export interface StepCode extends StepClosure {
  /** Files by whose language the step's interpreters are told: what its command reaches, or all where that is not known. */
  readonly started: readonly string[];
  /** npm packages that the code imports from outside the workspace. */
  readonly packages: readonly string[];
  /** Top-level Python modules that the code imports from outside the workspace. */
  readonly pythonModules: readonly string[];
  /** Folders that Python must search, workspace-relative. */
  readonly pythonRoots: readonly string[];
}

export type ReachedCode = Pick<StepCode, 'files' | 'packages' | 'wholeProjects'>;

/**
 * What each step of a project reaches. Sources of the folder that no step's command reaches may still be started by
 * one (a helper script, a plug-in), so they count as entries of every step.
 *
 * Sources that `code:` lists are followed too: their packages and interpreters count, and what they import counts
 * unless it is listed itself. They draw in nothing else of the projects that hold them: that is what a list is for.
 */
export function stepClosures(project: MlProject, workspace: Workspace): Closures {
  const specs = allStepsOf(project.config);
  const entries = new Map(specs.map((spec) => [spec.step, entriesOf(spec, project, workspace)]));
  const reached = new Set([...entries.values()].flatMap((files) => closureOf(files, workspace).files));
  const loose = workspace
    .filesOf(project.name)
    .filter((path) => isParsedSource(path) && mayBeRead(path) && !reached.has(path));
  return new Map(
    specs.map((spec) => {
      const own = entries.get(spec.step) ?? [];
      const listed = workspace.glob(project.root, spec.code).filter(isParsedSource);
      const written = writtenParams(spec.command);
      const code = { project, workspace, entries: own, listed, written };
      return [spec.step, spec.step === 'package' ? packedCode(code) : stepCode({ ...code, loose })];
    }),
  );
}

/** What serves, and what is told of the model: no other step reads that, so that an edit of it retrains nothing. */
function packedCode(input: Omit<StepCodeInput, 'loose'>): StepCode {
  const { config } = input.project;
  const spec = config.kind === 'model' ? packageSpecOf(config) : undefined;
  const named = spec === undefined ? [] : filesOfPackage(spec).map((path) => inProject(input.project, path));
  const code = stepCode({ ...input, loose: [] });
  return { ...code, files: union(code.files, named) };
}

/** What the specs of a project reach. No part of a run key, but of what their result depends on. */
export function specCode(project: MlProject, workspace: Workspace): ReachedCode {
  const specs = workspace.filesOf(project.name).filter((path) => isParsedSource(path) && isSpec(path));
  const { files, packages, unresolved } = closureOf(specs, workspace);
  return { files, packages, wholeProjects: unresolved.flatMap((each) => wholeProjectsOf(each, workspace)) };
}

function entriesOf(spec: StepSpec, project: MlProject, workspace: Workspace): readonly string[] {
  const isFile = (path: string): boolean => workspace.tree.isFile(inProject(project, path));
  const { files, modules } = commandEntries(spec.command, isFile);
  const started = modules.flatMap((module) => {
    const path = module.replaceAll('.', '/');
    return [`${path}.py`, `${path}/__main__.py`].filter(isFile);
  });
  return [...files, ...started].map((path) => inProject(project, path));
}

interface StepCodeInput {
  readonly project: MlProject;
  readonly workspace: Workspace;
  readonly entries: readonly string[];
  readonly loose: readonly string[];
  /** Sources that `code:` lists. */
  readonly listed: readonly string[];
  /** Params files that the command writes: their values count, and not their bytes. */
  readonly written: readonly string[];
}

function stepCode({ project, workspace, entries, loose, listed, written }: StepCodeInput): StepCode {
  const closure = closureOf([...entries, ...loose], workspace);
  const followed = closureOf(listed, workspace);
  const isCounted = new Set([...listed, ...written]);
  const unread = entries.some((path) => !isParsedSource(path));
  const scopes = closure.unresolved.flatMap((unresolved) => wholeProjectsOf(unresolved, workspace));
  // A shell script or a program in another language may start anything that its project depends on.
  const reachable = unread ? workspace.codeDependencies(project.name) : [];
  const wholeProjects = [...new Set([...scopes, ...reachable])];
  return {
    entries,
    started: [...(entries.length === 0 ? closure.files : closureOf(entries, workspace).files), ...listed],
    files: union(
      closure.files,
      followed.files.filter((path) => !isCounted.has(path)),
    ),
    open: unread || wholeProjects.includes(project.name),
    wholeProjects: wholeProjects.filter((name) => name !== project.name),
    packages: union(closure.packages, followed.packages),
    pythonModules: union(closure.pythonModules, followed.pythonModules),
    pythonRoots: closure.pythonRoots,
  };
}

/** The projects that count whole in place of an import that could not be followed. */
function wholeProjectsOf(unresolved: UnresolvedImport, workspace: Workspace): readonly string[] {
  const { projects, withDependencies } = unresolved;
  return withDependencies
    ? [...projects, ...projects.flatMap((name) => workspace.codeDependencies(name))]
    : projects;
}

function closureOf(entries: readonly string[], workspace: Workspace): ImportClosure {
  return workspace.importClosure(entries.filter((path) => isParsedSource(path)));
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort(compareText);
}
