import { gatePolicyOf } from '../../manifest/index.js';
import type { StepForecast } from '../plan/forecast-steps.js';
import { findPackage } from './find-package.js';
import type { FindPackageDeps } from './find-package.js';

/**
 * What would become of the package of a model whose steps all have a result. One that was not judged waits for its gate, whose answer is part of
 * its key.
 *
 * @throws MlError those of findPackage
 */
export async function foretellPackage(project: string, deps: FindPackageDeps): Promise<StepForecast> {
  const { plan: packaged, found } = await findPackage(project, deps);
  const { plan, run, judged, config } = packaged;
  if (found !== undefined) return { state: found.from === 'store' ? 'restore' : 'current', plan, ...found };
  if (judged === undefined && gatePolicyOf(config) !== undefined)
    return { state: 'waits', description: plan, on: [{ project, step: 'gate' }], inputs: {} };
  return { state: 'run', plan, missing: [run] };
}
