import type { Digest } from '../../kernel/index.js';
import type { StepRef } from '../../layout/index.js';
import { gatePolicyOf, stepsOf } from '../../manifest/index.js';
import { championOf } from '../../registry/index.js';
import type { RegistryState } from '../../registry/index.js';
import type { Forecaster } from '../plan/forecast-steps.js';
import type { MlProject, Workspace } from '../ports.js';
import type { Registry } from './registry.js';

/** What version control tells of the commit that is checked out. Paths are workspace-relative. */
export interface BaseCommits {
  commit(revision: string): Promise<string | undefined>;
  /** A commit and those that it came from, newest first. */
  withAncestors(commit: string): Promise<readonly string[]>;
  /** The commit before the one that brought a file first; null where there is none, undefined where no commit brought it. */
  beforeFirst(path: string): Promise<string | null | undefined>;
}

export interface AcceptedBaseDeps {
  readonly workspace: Workspace;
  readonly forecaster: Pick<Forecaster, 'of'>;
  readonly registry: Pick<Registry, 'state'>;
  readonly commits: BaseCommits;
  /** Is its champion the package of the model as it is now? Asked of an accepted model alone; true where nothing is to be packaged. */
  readonly isPromoted: (project: MlProject, state: RegistryState) => Promise<boolean>;
}

/** Where a model stands. */
export interface ModelStanding {
  readonly project: string;
  /**
   * `settled`: all of its results are known, and where it has a gate, its model is the accepted one, in the bundle of today. `behind`: it went on since
   * it was accepted, or since the commit before this one where it has no gate. `new`: it has a gate, and was never accepted in
   * what this commit came from.
   */
  readonly state: 'settled' | 'behind' | 'new';
  /** What it has to be compared with to see all that changed since; null: the time before the first commit. */
  readonly since: string | null;
}

export interface AcceptedBase {
  /** Since then something changed that is not accepted; the commit itself where all is settled; null: since before the first. */
  readonly commit: string | null;
  readonly models: readonly ModelStanding[];
}

/**
 * The commit since which models went on without being accepted: the oldest one that a model which is not settled needs. A
 * model that did not change since it was accepted a year ago does not pull it back, and one whose training was cancelled
 * or held by its gate is not lost when the next commit does not touch it.
 *
 * @throws MlError of the journals, and of the remote where they are there.
 */
export async function acceptedBase(
  projects: readonly string[],
  head: string,
  deps: AcceptedBaseDeps,
): Promise<AcceptedBase> {
  const line = await deps.commits.withAncestors(head);
  const age = new Map(line.map((commit, at) => [commit, at] as const));
  const found = await Promise.all(
    projects.map(async (name) => {
      const project = deps.workspace.mlProject(name);
      return project?.config.kind === 'model' ? [await standingOf(project, { head, line, age }, deps)] : [];
    }),
  );
  const models = found.flat();
  const ageOf = (commit: string | null): number =>
    commit === null ? Infinity : (age.get(commit) ?? line.length);
  const oldest = models
    .filter(({ state }) => state !== 'settled')
    .reduce<string | null>((base, { since }) => (ageOf(since) > ageOf(base) ? since : base), head);
  return { commit: oldest, models };
}

interface Line {
  readonly head: string;
  /** Newest first, the head before all. */
  readonly line: readonly string[];
  /** How far back each is. */
  readonly age: ReadonlyMap<string, number>;
}

async function standingOf(project: MlProject, at: Line, deps: AcceptedBaseDeps): Promise<ModelStanding> {
  const { name } = project;
  const policy = gatePolicyOf(project.config);
  if (policy === undefined) {
    const isKnown = (await knownModel(project, null, deps)) !== undefined;
    return { project: name, state: isKnown ? 'settled' : 'behind', since: before(at) };
  }
  const registry = await deps.registry.state(name);
  const accepted = registry.champions.findLast(
    ({ revision }) => revision !== undefined && at.age.has(revision.commit),
  );
  if (accepted?.revision === undefined)
    return { project: name, state: 'new', since: await birth(project, at, deps) };
  const model = await knownModel(project, policy.seed ?? null, deps);
  const isAccepted = model === championOf(registry)?.model.digest;
  const isSettled = isAccepted && (await deps.isPromoted(project, registry));
  return { project: name, state: isSettled ? 'settled' : 'behind', since: accepted.revision.commit };
}

function before({ line }: Line): string | null {
  return line[1] ?? null;
}

async function birth(
  { root }: MlProject,
  { head }: Line,
  { commits }: AcceptedBaseDeps,
): Promise<string | null> {
  const since = await commits.beforeFirst(root === '.' ? 'ml.yaml' : `${root}/ml.yaml`);
  return since === undefined ? head : since;
}

/** The model that the gate would judge, of a project all of whose results are known; undefined where a step has to run. */
async function knownModel(
  { name, config }: MlProject,
  seed: number | null,
  { forecaster }: AcceptedBaseDeps,
): Promise<Digest | undefined> {
  let model: Digest | undefined;
  for (const { step } of stepsOf(config)) {
    const ref: StepRef = { project: name, step };
    const forecast = await forecaster.of(ref);
    if (forecast.state !== 'current' && forecast.state !== 'restore') return undefined;
    const { runs } = forecast.manifest;
    if (step === 'train')
      model = (runs.find((run) => run.seed === seed) ?? runs[0])?.outputs['model']?.digest;
  }
  return model;
}
