import { MlError } from '../../kernel/index.js';
import { keyPath, logPath, stepId } from '../../layout/index.js';
import type { StepRef } from '../../layout/index.js';
import type { Workspace } from '../ports.js';
import type { RunStore } from './run-store.js';
import { decodeKeyFile } from '../../provenance/index.js';
import type { KeyFileRun } from '../../provenance/index.js';

export interface ReadLogDeps {
  readonly workspace: Pick<Workspace, 'tree'>;
  readonly runs: RunStore;
}

/**
 * The log of a step's last run in this workspace; where the step was restored here, the log of the run that made its
 * result, wherever that was.
 *
 * @param seed undefined: the first.
 * @throws MlError ERR_ML_OBJECT_MISSING when there is none.
 */
export async function readLog(ref: StepRef, seed: number | undefined, deps: ReadLogDeps): Promise<string> {
  const runs = recordedRuns(ref, deps.workspace);
  const run = seed === undefined ? runs[0] : runs.find((candidate) => candidate.seed === seed);
  const local = deps.workspace.tree.readText(logPath(ref, seed ?? run?.seed ?? null));
  if (local !== undefined) return local;
  const stored = run === undefined ? undefined : await deps.runs.log(run.key);
  if (stored !== undefined) return stored;
  throw new MlError('ERR_ML_OBJECT_MISSING', {
    message: `${stepId(ref)}${seed === undefined ? '' : ` seed ${String(seed)}`} has no log here`,
    fix: `It may never have run in this workspace: nx run ${stepId(ref)}`,
  });
}

function recordedRuns(ref: StepRef, { tree }: ReadLogDeps['workspace']): readonly KeyFileRun[] {
  const text = tree.readText(keyPath(ref));
  return text === undefined ? [] : (decodeKeyFile(text)?.runs ?? []);
}
