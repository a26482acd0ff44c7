import { isMlError } from '../../kernel/index.js';
import { packageStepOf } from '../../manifest/index.js';
import type { CurrentResult } from '../plan/current-results.js';
import { StepResults } from '../plan/step-results.js';
import type { StepResultsDeps } from '../plan/step-results.js';
import { findPackage } from './find-package.js';
import type { FindPackageDeps } from './find-package.js';

type Deps = StepResultsDeps & Omit<FindPackageDeps, 'results' | 'signingKey'>;

/** The packages that models of these projects have for the workspace as it is now, as currentResults tells of other steps. */
export async function currentPackages(
  projects: readonly string[],
  deps: Deps,
): Promise<readonly CurrentResult[]> {
  const results = new StepResults(deps);
  const found: CurrentResult[] = [];
  for (const project of projects) {
    if (packageStepOf(results.mlProject(project, 'The command').config) === undefined) continue;
    const result = await packageOf(project, { ...deps, results });
    if (result !== undefined) found.push(result);
  }
  return found;
}

async function packageOf(
  project: string,
  deps: Deps & { readonly results: StepResults },
): Promise<CurrentResult | undefined> {
  try {
    const { plan, bundle } = await findPackage(project, deps);
    return bundle && { ref: plan.plan.ref, keys: [plan.run.key], outputs: [bundle] };
  } catch (error) {
    // What it is made of has no result yet.
    if (isMlError(error) && error.code === 'ERR_ML_OBJECT_MISSING') return undefined;
    throw error;
  }
}
