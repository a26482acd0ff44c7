import { isJsonObject, isMlError } from '../../kernel/index.js';
import { keyPath } from '../../layout/index.js';
import { packageStepOf } from '../../manifest/index.js';
import { decodeKeyFile } from '../../provenance/index.js';
import type { CurrentResult } from '../plan/current-results.js';
import { StepResults } from '../plan/step-results.js';
import type { StepResultsDeps } from '../plan/step-results.js';
import type { Workspace } from '../ports.js';
import { planPackage } from './package-plan.js';
import type { PackagePlanDeps } from './package-plan.js';

type Deps = StepResultsDeps & Omit<PackagePlanDeps, 'results' | 'signingKey'>;

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
    const signedBy = signerOf(project, deps.workspace);
    const { plan, run } = await planPackage(project, deps, { signedBy });
    const result = await deps.runs.find(run.key);
    if (result === undefined) return undefined;
    return { ref: plan.ref, keys: [run.key], outputs: Object.values(result.outputs) };
  } catch (error) {
    // What it is made of has no result yet.
    if (isMlError(error) && error.code === 'ERR_ML_OBJECT_MISSING') return undefined;
    throw error;
  }
}

/** Who signed the package that was made here last: whoever looks for it need not have the key. */
function signerOf(project: string, { tree }: Workspace): string | null {
  const text = tree.readText(keyPath({ project, step: 'package' }));
  const evidence = text === undefined ? undefined : decodeKeyFile(text)?.runs[0]?.document.params['evidence'];
  const signedBy = isJsonObject(evidence) ? evidence['signedBy'] : undefined;
  return typeof signedBy === 'string' ? signedBy : null;
}
