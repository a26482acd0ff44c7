import { isMlError } from '../../kernel/index.js';
import { gatePolicyOf } from '../../manifest/index.js';
import type { StepForecast } from '../plan/forecast-steps.js';
import { findPackage } from './find-package.js';
import type { FindPackageDeps } from './find-package.js';

/**
 * What would become of the package of a model whose steps all have a result. One that was not judged waits for its gate, whose answer is part of
 * its key; so does one of which that cannot be looked up now.
 *
 * @throws MlError those of findPackage, but for a remote that cannot be reached
 */
export async function foretellPackage(project: string, deps: FindPackageDeps): Promise<StepForecast> {
  try {
    return await foretell(project, deps);
  } catch (error) {
    if (!isMlError(error) || error.code !== 'ERR_ML_REMOTE_UNAVAILABLE') throw error;
    const description = await deps.results.describe({ project, step: 'package' });
    return { state: 'waits', description, on: [{ project, step: 'gate' }], inputs: {} };
  }
}

async function foretell(project: string, deps: FindPackageDeps): Promise<StepForecast> {
  const { plan: packaged, found } = await findPackage(project, deps);
  const { plan, run, judged, config } = packaged;
  if (found !== undefined) return { state: found.from === 'store' ? 'restore' : 'current', plan, ...found };
  if (judged === undefined && gatePolicyOf(config) !== undefined)
    return { state: 'waits', description: plan, on: [{ project, step: 'gate' }], inputs: {} };
  return { state: 'run', plan, missing: [run] };
}
