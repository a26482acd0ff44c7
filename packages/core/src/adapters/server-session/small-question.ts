/** A question to a server or to an issuer of ID tokens, whose answer is small. */
export interface SmallQuestion {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  /** Sent as the bearer. */
  readonly token: string;
}

export interface SmallAnswer {
  readonly status: number;
  /** The server's clock: the header of that name. */
  readonly date: string | undefined;
  /** Empty where the answer is no JSON object. */
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * How whoever uses a session asks: over its own connections, with its own patience. Resolves with any whole answer; rejects with whatever
 * it calls a network that gave none, which passes through here untouched.
 */
export type AskJson = (question: SmallQuestion) => Promise<SmallAnswer>;
