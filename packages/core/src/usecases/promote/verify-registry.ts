import type { TrustedKey } from '../../bundle/index.js';
import { isMlError, MlError } from '../../kernel/index.js';
import { championOf } from '../../registry/index.js';
import type { RegistryState, VersionEntry } from '../../registry/index.js';
import type { ObjectStore } from '../../store/index.js';
import { verifyStoredBundle } from '../package/stored-bundle.js';
import { holdsModel } from './holds-model.js';

export interface RegistryProblem {
  /** undefined: the champion itself, where it has no version. */
  readonly version: number | undefined;
  readonly error: MlError;
}

export interface VerifyRegistryDeps {
  readonly objects: ObjectStore;
  readonly trustedKeys: readonly TrustedKey[];
}

/**
 * Reads every byte that a model's registry names, and compares it with what was registered: bundles whole, with a signature where
 * keys are trusted, and the model in each.
 *
 * @returns what is wrong; none: all that was ever promoted can be deployed again.
 */
export async function verifyRegistry(
  state: RegistryState,
  deps: VerifyRegistryDeps,
): Promise<readonly RegistryProblem[]> {
  const problems: RegistryProblem[] = [];
  const look = async (version: number | undefined, action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      if (!isMlError(error)) throw error;
      problems.push({ version, error });
    }
  };
  for (const entry of state.versions) await look(entry.version, () => verifyVersion(entry, deps));
  const first = championOf(state);
  // The gate reads what it answered when it was accepted.
  if (first !== undefined) await look(first.version, () => readAll(first.predictions.digest, deps));
  return problems;
}

async function verifyVersion(
  { version, bundle, manifest, model }: VersionEntry,
  { objects, trustedKeys }: VerifyRegistryDeps,
): Promise<void> {
  const { files } = await verifyStoredBundle(bundle, { trustedKeys, expected: manifest }, objects);
  if (await holdsModel(files, model, objects)) return;
  throw new MlError('ERR_ML_BUNDLE_DAMAGED', {
    message: `Version ${String(version)} does not hold the model that it was registered with`,
    fix: 'Promote another version; somebody wrote into the registry by other means than nx-ml.',
  });
}

async function readAll(digest: VersionEntry['manifest'], { objects }: VerifyRegistryDeps): Promise<void> {
  await objects.source(digest);
}
