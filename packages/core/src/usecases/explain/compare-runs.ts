import { MlError } from '../../kernel/index.js';
import type { StepRef } from '../../layout/index.js';
import { keyDifference } from '../../provenance/index.js';
import { dataChanges } from './data-changes.js';
import type { DataChangesDeps } from './data-changes.js';
import type { ExplainedChange } from './explain-steps.js';
import { evaluatedNames, groupMetrics } from '../records/list-runs.js';
import type { RunGroup } from '../records/list-runs.js';

/** What two groups of runs differ in, and their metrics by names that mean the same on both sides. */
export interface RunComparison {
  readonly before: RunGroup;
  readonly after: RunGroup;
  readonly changes: readonly ExplainedChange[];
}

export async function compareRuns(
  before: RunGroup,
  after: RunGroup,
  deps: DataChangesDeps,
): Promise<RunComparison> {
  const [a, b] = [before.runs[0]?.document, after.runs[0]?.document];
  if (a === undefined || b === undefined) throw new Error('a group without runs');
  const changes = keyDifference(a, b).changes.filter(({ what }) => what !== 'seed');
  // One of them may not be evaluated yet: then its training's accuracy is not the other's.
  const names = evaluatedNames([...before.runs, ...after.runs]);
  const named = (group: RunGroup): RunGroup => ({ ...group, metrics: groupMetrics(group.runs, names) });
  return {
    before: named(before),
    after: named(after),
    changes: await Promise.all(changes.map((change) => withFiles(change, deps))),
  };
}

/** A change of data or of a model with what became of its files, where both contents are still known. */
export async function withFiles(change: ExplainedChange, deps: DataChangesDeps): Promise<ExplainedChange> {
  if (!('project' in change) || change.before === undefined || change.after === undefined) return change;
  const project = deps.workspace.mlProject(change.project);
  if (project === undefined) return change;
  const files = await dataChanges(change.before, change.after, project, deps);
  return files === undefined ? change : { ...change, files };
}

/**
 * The group that holds a run.
 *
 * @param id the first hex digits of the key of any of its runs.
 * @throws MlError ERR_ML_OBJECT_MISSING when none or several begin like that.
 */
export function findGroup(id: string, groups: readonly RunGroup[]): RunGroup {
  const found = groupsBeginning(id, groups);
  if (found[0] !== undefined && found.length === 1) return found[0];
  throw new MlError('ERR_ML_OBJECT_MISSING', {
    message: `${found.length === 0 ? 'No run' : 'More than one run'} begins with "${id}"`,
    fix: 'nx-ml runs PROJECT lists them, with the ids in its first column.',
  });
}

/** All groups with a run whose key begins like that; none where it is no id. */
export function groupsBeginning(id: string, groups: readonly RunGroup[]): readonly RunGroup[] {
  const prefix = id.toLowerCase().replace(/^sha256:/, '');
  if (!/^[0-9a-f]{2,64}$/.test(prefix)) return [];
  return groups.filter(({ runs }) => runs.some(({ key }) => key.startsWith(`sha256:${prefix}`)));
}

/** The group that the workspace stands at. @throws MlError ERR_ML_OBJECT_MISSING when there is none. */
export function currentGroup({ project, step }: StepRef, groups: readonly RunGroup[]): RunGroup {
  const current = groups.find((group) => group.current && group.ref.project === project);
  if (current !== undefined) return current;
  throw new MlError('ERR_ML_OBJECT_MISSING', {
    message: `${project} has no run for the workspace to stand at`,
    fix: `Run it, nx run ${project}:${step}, or name two runs.`,
  });
}
