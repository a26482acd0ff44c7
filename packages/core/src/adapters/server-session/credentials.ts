import type { Scope } from '../../cache/index.js';

/** What a request is sent with. */
export interface Grant {
  /** undefined: without any. */
  readonly token: string | undefined;
  /** Where whoever gave the token said so. */
  readonly scope: Scope | undefined;
}

/** Who we are to the server. */
export interface Credentials {
  /** For the next request. @throws Denied, or what the network is said to have done */
  grant(): Promise<Grant>;
  /** The server did not take that token. @returns whether the next grant is another one */
  renew(token: string | undefined): boolean;
  /** What the next process has too, so that entries can wait for it; undefined where there is nothing such. */
  readonly lasting: string | undefined;
}

interface Mend {
  readonly fix: string;
  /** Of the answer that said so. */
  readonly status?: number;
}

/** There is no token to be had. Never leaves the adapters that ask the server. */
export class Denied extends Error {
  override readonly name = 'Denied';
  /** What whoever runs the job can do. */
  readonly fix: string;
  /** The status of an answer that may be another soon; undefined for one that stays. */
  readonly passing: number | undefined;

  /** @param why stands in summaries and messages, behind the server's address */
  constructor(
    readonly why: string,
    { fix, status = 0 }: Mend,
  ) {
    super(why);
    this.fix = fix;
    this.passing = [408, 429, 500, 502, 503, 504].includes(status) ? status : undefined;
  }
}

/** A token that somebody minted; or none, which a server may let read. */
export function mintedCredentials(token: string | undefined): Credentials {
  // What cannot stand in a header is no token.
  const isNone = token !== undefined && !/^[\x21-\x7e]{1,4096}$/.test(token);
  return {
    grant: () => (isNone ? Promise.reject(noToken()) : Promise.resolve({ token, scope: undefined })),
    renew: () => false,
    lasting: token,
  };
}

function noToken(): Denied {
  return new Denied('it needs a token, and NX_ML_TOKEN holds none', {
    fix: 'Set NX_ML_TOKEN to what nx-ml-server token mint printed.',
  });
}
