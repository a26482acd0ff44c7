/** A real S3 server for specs, on Linux with Debian's radosgw; skipped and told where it is not there. */
export { addressOf } from './s3-address.js';
export { describeWithS3, makeBucket, startS3Server } from './s3-server.js';
export type { S3Server } from './s3-server.js';
