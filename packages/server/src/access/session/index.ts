/** Sessions: what an ID token is exchanged for. Signed by this server for itself, so that nothing is kept of them. */
export { sessionKey } from './session-key.js';
export { longestSession, openSession, signSession } from './session-token.js';
export type { Session } from './session-token.js';
