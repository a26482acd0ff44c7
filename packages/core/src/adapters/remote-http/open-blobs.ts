import { MlError } from '../../kernel/index.js';
import { placeOf } from '../../remote/index.js';
import type { Blobs, HttpAddress } from '../../remote/index.js';
import { defaultPatience, parseRate, RateLimit } from '../http-client/index.js';
import type { Patience } from '../http-client/index.js';
import { HttpBlobs } from './http-blobs.js';
import { StoreClient } from './store-client.js';

export interface HttpBlobsOptions {
  /** NX_ML_TOKEN. It appears in no message. */
  readonly token: string | undefined;
  /** Bytes a second, as in `20MB/s`, up and down together; NX_ML_REMOTE_RATE. */
  readonly rate?: string | undefined;
  readonly patience?: Partial<Patience>;
}

/**
 * Opens a server's store without asking it anything.
 *
 * @throws MlError ERR_ML_REMOTE_REFUSED (no token, or none that can be sent), ERR_ML_USAGE (rate)
 */
export function openHttpBlobs(address: HttpAddress, { token, rate, patience }: HttpBlobsOptions): Blobs {
  const bytesPerSecond = parseRate(rate);
  return new HttpBlobs(
    new StoreClient({
      origin: new URL(address.origin),
      root: `${address.path}/v1/store`,
      place: placeOf(address),
      token: checkToken(placeOf(address), token),
      patience: { ...defaultPatience, ...patience },
      limit: bytesPerSecond === undefined ? undefined : new RateLimit(bytesPerSecond),
    }),
  );
}

/** What cannot stand in a header is no token, and Node's own message would repeat it. */
function checkToken(place: string, token = ''): string {
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return token;
  throw new MlError('ERR_ML_REMOTE_REFUSED', {
    message: `${place} needs a token, and ${token === '' ? 'NX_ML_TOKEN is not set' : 'NX_ML_TOKEN holds none'}`,
    fix: 'Set NX_ML_TOKEN to what nx-ml-server token mint printed.',
  });
}
