/**
 * How services out on the internet are asked: the forges, and issuers of ID tokens. A company's runners often reach those through a proxy
 * alone, which HTTPS_PROXY names. The cache server, the store and whatever is on this machine are asked directly (docs/adr/0017).
 */
export { outboundFetch, usesProxy } from './outbound-fetch.js';
