import type { Scope } from '@nx-ml/core/cache';

/** What a request may do, as its token says. */
export interface Access {
  readonly scope: Scope;
  readonly mode: 'read' | 'read-write';
  /** Who it is, for the access log: `token 1f2e3d4c5b6a` or `github owner/repository@refs/pull/7/merge`. Never the token. */
  readonly subject: string;
}

/** Knows tokens. */
export interface Authenticator {
  /**
   * @param authorization the header as it came; undefined without one.
   * @param address of the client, whose failures are counted; not counted without one.
   * @throws Refusal 401 for none, an unknown, an expired or a revoked one; the message tells no more than that. 429 in its place after
   * too many from one address.
   */
  authenticate(authorization: string | undefined, address?: string): Promise<Access>;

  /**
   * What `authenticate` would say of a header that it knew lately, without waiting; at most 50 ms behind it when a token was revoked
   * meanwhile. Undefined: ask it.
   */
  recall(authorization: string | undefined): Access | undefined;
}
