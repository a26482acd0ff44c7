/** Models that a process of the user's own answers for, in any language. docs/design/gateway.md. */
export { openCommandHost } from './command-host.js';
