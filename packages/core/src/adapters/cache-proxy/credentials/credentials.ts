import type { Scope } from '../../../cache/index.js';

/** What a request is sent with. */
export interface Grant {
  /** undefined: without any. */
  readonly token: string | undefined;
  /** Where whoever gave the token said so. */
  readonly scope: Scope | undefined;
}

/** Who we are to the cache server. */
export interface Credentials {
  /** For the next request. @throws UpstreamTrouble, Denied */
  grant(): Promise<Grant>;
  /** The server did not take that token. @returns whether the next grant is another one */
  renew(token: string | undefined): boolean;
  /** What the next start of the proxy has too, so that entries can wait for it; undefined where there is nothing such. */
  readonly lasting: string | undefined;
}

/** There is no token to be had. Never leaves this adapter. */
export class Denied extends Error {
  override readonly name = 'Denied';

  /** @param why stands in the summary */
  constructor(readonly why: string) {
    super(why);
  }
}

/** A token that somebody minted; or none, which a server may let read. */
export function mintedCredentials(token: string | undefined): Credentials {
  return {
    grant: () => Promise.resolve({ token, scope: undefined }),
    renew: () => false,
    lasting: token,
  };
}
