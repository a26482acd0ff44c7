import { readSigningKey } from '@nx-ml/core/adapters/bundle-fs';
import type { Forecaster } from '@nx-ml/core/usecases/plan';

import type { Questions } from '../compose-questions.js';
import { trustedKeys } from '../trusted-keys.js';

type Packages = NonNullable<ConstructorParameters<typeof Forecaster>[0]['packages']>;

/** Foretells packages, for who asks what would happen: of whichever key would sign them here, or has signed them. */
export async function packagesOf(questions: Questions): Promise<Packages> {
  const { foretellPackage } = await import('@nx-ml/core/usecases/package');
  return (project, results) =>
    foretellPackage(project, {
      ...questions,
      results,
      ...keysAtHand(),
    });
}

/** Who would sign here, and whose signature is believed. */
export function keysAtHand() {
  return {
    signingKey: () => readSigningKey(process.env),
    trustedKeys: () => trustedKeys(process.env),
  };
}
