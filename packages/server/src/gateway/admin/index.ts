/** What whoever deploys asks of a gateway: releases in, routes changed, back at once; on a listener of its own. docs/design/gateway.md */
export { openAdmin } from './open-admin.js';
export { restore } from './restore.js';
