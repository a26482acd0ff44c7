/**
 * Tokens without a secret: a job of GitHub Actions or GitLab CI shows the ID token that its provider signed, and gets a session for the
 * scope that its claims come to. docs/guides/cache-access.md
 */
export { parseOidcConfig } from './config.js';
export type { OidcConfig } from './config.js';
export { TokenExchange } from './exchange.js';
export type { GivenSession } from './exchange.js';
