/** What is said of a token where it was issued. */
export interface IssuedToken {
  /** ISO 8601, by the server's clock; undefined where it does not say. */
  readonly expiresAt: string | undefined;
  /** The server's own clock when it said so: the Date of its answer. */
  readonly date: string | undefined;
  /** When the answer came; monotonic milliseconds. */
  readonly receivedAt: number;
}

/** Longest that a server lets such a token live. Milliseconds. */
const hour = 3_600_000;

/**
 * When to get the next one: after four fifths of its life. Both ends of that life are the server's own times, so that a clock that
 * is wrong here neither keeps a dead token nor renews a living one with each request. Monotonic milliseconds.
 */
export function renewalOf({ expiresAt, date, receivedAt }: IssuedToken): number {
  const life = Date.parse(expiresAt ?? '') - Date.parse(date ?? '');
  const plausible = Number.isFinite(life) && life > 0 ? Math.min(life, hour) : hour;
  return receivedAt + plausible * 0.8;
}
