import { parseTrustedKey } from '@nx-ml/core/bundle';
import type { TrustedKey } from '@nx-ml/core/bundle';

/** Whose signature a bundle needs: `NX_ML_TRUSTED_KEYS`, separated by commas or spaces; none where it names none. @throws MlError */
export function trustedKeys(variables: Readonly<Record<string, string | undefined>>): readonly TrustedKey[] {
  const named = (variables['NX_ML_TRUSTED_KEYS'] ?? '').split(/[\s,]+/);
  return named.filter((key) => key !== '').map(parseTrustedKey);
}
