/** Tokens that somebody mints, hands out and revokes: `tokens.json` in the state folder. docs/design/cache.md, "Tokens" */
export { KnownTokens } from './known-tokens.js';
export type { StoredToken } from './token-document.js';
export { endOf, TokenList } from './token-list.js';
export { drawToken, formatToken, hashOfSecret, isSecretOf, parseToken } from './token-text.js';
export type { MintedToken, TokenWish } from './token-list.js';
