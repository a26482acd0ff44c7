import { Refusal } from '../http/refusal.js';

/** Characters of a header beyond which it is no token of ours: a session with the longest subject has some 700. */
const longest = 2048;

/** The token in an Authorization header; undefined for none, another scheme, another form, and whatever is too long. */
export function bearerOf(authorization: string | undefined, maxLength = longest): string | undefined {
  if (authorization === undefined || authorization.length > maxLength) return undefined;
  return /^Bearer ([A-Za-z0-9._-]+)$/.exec(authorization)?.[1];
}

/**
 * The one answer to whoever has no valid token. Unknown, expired, revoked and malformed look the same, so that nobody learns which
 * of their guesses came close.
 */
export function unauthenticated(): Refusal {
  return new Refusal(401, {
    message: 'There is no valid token in the Authorization header',
    fix: 'Send "Bearer" and a token: one of nx-ml-server token mint, or what POST /v1/token gives for an ID token.',
  });
}
