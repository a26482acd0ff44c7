/**
 * Who may: minted tokens, sessions for ID tokens, and the keys that entries are signed with. docs/design/cache.md, "Scopes", "Tokens"
 */
export type { Access, Authenticator } from './access.js';
export { Admission, TooManyFailures } from './admission.js';
export { openAuthenticator } from './authenticator.js';
export type { AuthenticatorOptions } from './authenticator.js';
export { describeKey, SigningKeyFile } from './keys/index.js';
export type { SigningKeys } from './keys/index.js';
export { parseOidcConfig, TokenExchange } from './oidc/index.js';
export type { OidcConfig } from './oidc/index.js';
export { openStateFolder } from './state/index.js';
export type { StateFolder } from './state/index.js';
export { tokenRoutes } from './token-routes.js';
export type { TokenRoutes } from './token-routes.js';
