import type { Scope } from '@nx-ml/core/cache';

import type { Claims } from './claims.js';

/** A repository, by its name and by its number: a name can be given away and taken by somebody else. */
export interface Repository {
  readonly name: string;
  readonly id: string;
}

/** What the claims of an ID token say of a job, whoever wrote them. */
export interface Job {
  /** Full: `refs/heads/main`. */
  readonly ref: string;
  /** Whose ref that is; a fork's where a pull request of it runs elsewhere. */
  readonly owner: Repository;
  /** What started it, in the provider's word. */
  readonly start: string;
  /** The scope of the pull request that it runs for; undefined for all other jobs. */
  readonly pullRequest: Scope | undefined;
  /** It tries what is not merged yet, whatever its ref looks like. */
  readonly isQueued: boolean;
  /** Whether a rule of the provider protects the ref. */
  readonly isProtected: boolean;
}

/** How the jobs of one provider show who they are. */
export interface Provider {
  /** For people. */
  readonly label: string;
  /** Where it is the public one. */
  readonly issuer: string;
  /** What the file of --oidc calls the repository, its number, and what starts a job. */
  readonly fields: { readonly name: string; readonly id: string; readonly starts: string };
  /** The full name of a repository. */
  readonly name: RegExp;
  /** What starts a job that runs what stands on its ref, and so may be protected if the ref is. Nothing else is ever let in. */
  readonly starts: readonly string[];
  /** Where the job runs. */
  repositoryOf(claims: Claims): Repository;
  /** @throws Refusal 403 for claims that fit no job */
  jobOf(claims: Claims, issuer: string): Job;
}
