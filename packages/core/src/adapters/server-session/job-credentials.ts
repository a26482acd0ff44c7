import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Clock } from '../../kernel/index.js';
import { mintedCredentials } from './credentials.js';
import type { Credentials } from './credentials.js';
import { ExchangedCredentials } from './exchanged.js';
import { githubIdTokens, oneIdToken } from './id-tokens.js';
import { sessionFile } from './session-file.js';
import type { AskJson } from './small-question.js';

type Variables = Readonly<Record<string, string | undefined>>;

export interface Job {
  /** The server's address, with the path before `v1`. */
  readonly server: URL;
  readonly variables: Variables;
  readonly ask: AskJson;
  readonly clock: Clock;
  /** Of this user's sessions, absolute. */
  readonly folder?: string;
}

/**
 * Who a job is: by NX_ML_TOKEN, a minted token; else by NX_ML_ID_TOKEN, the one ID token of a job of GitLab; else by what GitHub Actions
 * gives to jobs with `id-token: write`. Asks nobody yet.
 *
 * @returns undefined where nothing says who this is
 */
export function jobCredentials({ server, variables, ask, clock, folder }: Job): Credentials | undefined {
  const of = (name: string): string | undefined => (variables[name] === '' ? undefined : variables[name]);
  const minted = of('NX_ML_TOKEN');
  if (minted !== undefined) return mintedCredentials(minted);
  const idToken = of('NX_ML_ID_TOKEN');
  if (idToken !== undefined) {
    const shared = sessionFile({ folder: folder ?? usualFolder(), server, idToken, clock });
    return new ExchangedCredentials({ server, ids: oneIdToken(idToken), ask, clock, shared });
  }
  const url = of('ACTIONS_ID_TOKEN_REQUEST_URL');
  const token = of('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
  if (url === undefined || token === undefined) return undefined;
  const audience = of('NX_ML_CACHE_AUDIENCE') ?? server.origin;
  return new ExchangedCredentials({ server, ids: githubIdTokens({ url, token, audience }, ask), ask, clock });
}

/** Does it say who we are at all? */
export function saysWho(variables: Variables): boolean {
  return ['NX_ML_TOKEN', 'NX_ML_ID_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL'].some(
    (name) => (variables[name] ?? '') !== '',
  );
}

/** Of the machine or the container of a job, and of this user: no part of a clone, which CI systems cache and hand on. */
function usualFolder(): string {
  return join(tmpdir(), `nx-ml-sessions-${String(process.getuid?.() ?? 'own')}`);
}
