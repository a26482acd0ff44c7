/** For adapters that are tested in another package: a remote over HTTP needs a server, and core knows none. */
export { describeBlobs } from '../blobs.contract.js';
export type { BlobsRig } from '../blobs.contract.js';
export { FaultProxy } from '../../adapters/http-client/testing/fault-proxy.js';
export type { Fault, FaultPlan, SeenRequest } from '../../adapters/http-client/testing/fault-proxy.js';
