import { Denied } from './credentials.js';
import type { AskJson } from './small-question.js';

/** ID tokens of the CI system: each says who this job is, and is exchanged once. */
export interface IdTokens {
  /** @throws Denied, or what the network is said to have done */
  next(): Promise<string>;
  /** Is the next one another than the last? */
  readonly areMany: boolean;
}

/** Where GitHub Actions gives ID tokens to a job: its two variables. */
export interface GithubIssuer {
  readonly url: string;
  readonly token: string;
  /** Whom the ID token is for, as the server expects it. */
  readonly audience: string;
}

/** A fresh ID token each time, as GitHub Actions gives them to jobs with `id-token: write`. */
export function githubIdTokens({ url, token, audience }: GithubIssuer, ask: AskJson): IdTokens {
  return {
    areMany: true,
    next: async () => {
      if (!URL.canParse(url)) throw none('ACTIONS_ID_TOKEN_REQUEST_URL is no address');
      const address = new URL(url);
      address.searchParams.set('audience', audience);
      const { status, value } = await ask({ method: 'GET', url: address, token });
      if (status === 200 && typeof value['value'] === 'string') return value['value'];
      throw none(`GitHub gives this job no ID token (${String(status)})`, status);
    },
  };
}

/** The one that a job has in a variable, as GitLab gives it by `id_tokens:`. */
export function oneIdToken(token: string): IdTokens {
  return { areMany: false, next: () => Promise.resolve(token) };
}

function none(why: string, status = 0): Denied {
  const fix = 'Look at the permissions of the job, which needs id-token: write; or give it NX_ML_TOKEN.';
  return new Denied(why, { fix, status });
}
