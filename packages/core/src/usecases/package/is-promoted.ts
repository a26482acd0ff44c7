import { gatePolicyOf, packageStepOf } from '../../manifest/index.js';
import { champion } from '../../registry/index.js';
import type { RegistryState } from '../../registry/index.js';
import type { MlProject } from '../ports.js';
import { findPackage } from './find-package.js';
import type { FindPackageDeps } from './find-package.js';

/**
 * Is the champion of a model the bundle that the workspace describes now? A new text of its card makes another bundle of the same model.
 *
 * @returns true where nothing of the model is ever promoted.
 * @throws MlError those of findPackage
 */
export async function isPromoted(
  { name, config }: MlProject,
  { aliases, versions }: RegistryState,
  deps: FindPackageDeps,
): Promise<boolean> {
  if (gatePolicyOf(config) === undefined || packageStepOf(config) === undefined) return true;
  const served = versions.find(({ version }) => version === aliases.get(champion));
  const { bundle } = await findPackage(name, deps);
  return bundle !== undefined && bundle.digest === served?.bundle.digest;
}
