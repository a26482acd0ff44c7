import { MlError } from '../../kernel/index.js';
import { placeOf } from '../../remote/index.js';
import type { Blobs, HttpAddress } from '../../remote/index.js';
import { defaultPatience, parseRate, RateLimit } from '../http-client/index.js';
import type { Patience } from '../http-client/index.js';
import type { Credentials } from '../server-session/index.js';
import { HttpBlobs } from './http-blobs.js';
import { StoreClient } from './store-client.js';

export interface HttpBlobsOptions {
  /** Who this is; undefined: nothing says so. No token appears in a message. */
  readonly credentials: Credentials | undefined;
  /** Bytes a second, as in `20MB/s`, up and down together; NX_ML_REMOTE_RATE. */
  readonly rate?: string | undefined;
  readonly patience?: Partial<Patience>;
}

/**
 * Opens a server's store without asking it anything.
 *
 * @throws MlError ERR_ML_REMOTE_REFUSED (nothing says who this is), ERR_ML_USAGE (rate)
 */
export function openHttpBlobs(
  address: HttpAddress,
  { credentials, rate, patience }: HttpBlobsOptions,
): Blobs {
  const bytesPerSecond = parseRate(rate);
  if (credentials === undefined) throw nobody(placeOf(address));
  return new HttpBlobs(
    new StoreClient({
      origin: new URL(address.origin),
      root: `${address.path}/v1/store`,
      place: placeOf(address),
      credentials,
      patience: { ...defaultPatience, ...patience },
      limit: bytesPerSecond === undefined ? undefined : new RateLimit(bytesPerSecond),
    }),
  );
}

function nobody(place: string): MlError {
  return new MlError('ERR_ML_REMOTE_REFUSED', {
    message: `${place} needs to know who this is, and NX_ML_TOKEN is not set`,
    fix: 'Set NX_ML_TOKEN to what nx-ml-server token mint printed; in CI give the job ID tokens: docs/guides/cache-access.md.',
  });
}
