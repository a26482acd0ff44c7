import type { Patience } from '../patience.js';
import { askJson } from '../upstream/ask-json.js';
import { openUpstream } from '../upstream/ask.js';
import { Denied } from './credentials.js';
import type { IdTokens } from './exchanged.js';

/** Where GitHub Actions gives ID tokens to a job: its two variables. */
export interface GithubIssuer {
  readonly url: string;
  readonly token: string;
  /** Whom the ID token is for, as the server expects it. */
  readonly audience: string;
}

/** A fresh ID token each time, as GitHub Actions gives them to jobs with `id-token: write`. */
export function githubIdTokens({ url, token, audience }: GithubIssuer, patience: Patience): IdTokens {
  const address = new URL(url);
  address.searchParams.set('audience', audience);
  const issuer = openUpstream(new URL(address.origin), patience);
  const path = `${address.pathname}${address.search}`.slice(1);
  return {
    areMany: true,
    next: async () => {
      const { status, value } = await askJson(issuer, { method: 'GET', path, token });
      if (status === 200 && typeof value['value'] === 'string') return value['value'];
      throw new Denied(`GitHub gives this job no ID token (${String(status)})`);
    },
  };
}

/** The one that a job has in a variable, as GitLab gives it by `id_tokens:`. */
export function oneIdToken(token: string): IdTokens {
  return { areMany: false, next: () => Promise.resolve(token) };
}
