/**
 * A remote in a bucket of Amazon's S3 or of a server that speaks its protocol: requests of our own over Node's HTTP,
 * signed by AWS's signer with credentials from AWS's usual chain (docs/adr/0017 tells why). Every request is tried
 * again while that may help, a broken download goes on where it broke, an interrupted upload where it was interrupted.
 */
import type { S3Address, ServedBlobs } from '../../remote/index.js';
import { openS3Client } from './open-client.js';
import type { S3BlobsOptions } from './open-client.js';
import { S3Blobs } from './s3-blobs.js';

export type { S3BlobsOptions } from './open-client.js';

/**
 * Opens a bucket without asking it anything. AWS's packages are loaded here and nowhere else.
 *
 * @throws MlError ERR_ML_REMOTE_ADDRESS (an endpoint in AWS_ENDPOINT_URL or a profile that is none), ERR_ML_USAGE (rate)
 */
export async function openS3Blobs(address: S3Address, options: S3BlobsOptions = {}): Promise<ServedBlobs> {
  return new S3Blobs(await openS3Client(address, options));
}
