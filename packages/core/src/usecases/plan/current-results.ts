import { isMlError } from '../../kernel/index.js';
import type { StepRef } from '../../layout/index.js';
import { stepsOf } from '../../manifest/index.js';
import type { RunKey } from '../../provenance/index.js';
import type { ObjectRef } from '../../store/index.js';
import { StepResults } from './step-results.js';
import type { StepResultsDeps } from './step-results.js';

/** What a step came to in the workspace as it is, and the runs that it stands for. */
export interface CurrentResult {
  readonly ref: StepRef;
  readonly keys: readonly RunKey[];
  readonly outputs: readonly ObjectRef[];
}

/**
 * The results that the steps of these projects have for the workspace as it is now. A step that would have to run, or
 * whose inputs would, has none; data that is given by files or a pointer is not made by a run, and is left out.
 */
export async function currentResults(
  projects: readonly string[],
  deps: StepResultsDeps,
): Promise<readonly CurrentResult[]> {
  const results = new StepResults(deps);
  const found: CurrentResult[] = [];
  for (const project of projects)
    for (const { step } of stepsOf(results.mlProject(project, 'The command').config)) {
      const result = await resultOf({ project, step }, results);
      if (result !== undefined) found.push(result);
    }
  return found;
}

async function resultOf(ref: StepRef, results: StepResults): Promise<CurrentResult | undefined> {
  try {
    const result = await results.find(ref);
    if (result === undefined || result.from === 'given') return undefined;
    const { runs } = await results.plan(ref);
    const outputs = result.manifest.runs.flatMap((run) => Object.values(run.outputs));
    return { ref, keys: runs.map(({ key }) => key), outputs };
  } catch (error) {
    // What it reads has no result yet.
    if (isMlError(error) && error.code === 'ERR_ML_OBJECT_MISSING') return undefined;
    throw error;
  }
}
