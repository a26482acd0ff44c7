import {
  exchangedCredentials,
  githubIdTokens,
  mintedCredentials,
  oneIdToken,
  patienceOf,
} from '@nx-ml/core/adapters/cache-proxy';
import type { Credentials, Upstream } from '@nx-ml/core/adapters/cache-proxy';

import { systemClock } from '../system-clock.js';

/** Who we are: a minted token, else what the CI system says of this job, else nobody. */
export function credentialsOf(
  upstream: Upstream,
  variables: Readonly<Record<string, string | undefined>>,
): Credentials {
  const of = (name: string): string | undefined => (variables[name] === '' ? undefined : variables[name]);
  const minted = of('NX_ML_TOKEN');
  if (minted !== undefined) return mintedCredentials(minted);
  const given = of('NX_ML_ID_TOKEN');
  if (given !== undefined) return exchangedCredentials(upstream, oneIdToken(given), systemClock);
  const url = of('ACTIONS_ID_TOKEN_REQUEST_URL');
  const token = of('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
  if (url === undefined || token === undefined) return mintedCredentials(undefined);
  const audience = of('NX_ML_CACHE_AUDIENCE') ?? upstream.address.origin;
  return exchangedCredentials(
    upstream,
    githubIdTokens({ url, token, audience }, patienceOf(20)),
    systemClock,
  );
}

/** Does it say who we are at all? */
export function hasCredentials(variables: Readonly<Record<string, string | undefined>>): boolean {
  return ['NX_ML_TOKEN', 'NX_ML_ID_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL'].some(
    (name) => (variables[name] ?? '') !== '',
  );
}
