import type { S3Address } from '../../remote/index.js';
import { RateLimit, defaultPatience, parseRate } from '../http-client/index.js';
import type { Patience } from '../http-client/index.js';
import { S3Client } from './s3-client.js';
import { resolveSettings } from './settings.js';
import { openSigner } from './sign.js';

export interface S3BlobsOptions {
  /** Bytes a second, as in `20MB/s`, up and down together; NX_ML_REMOTE_RATE. */
  readonly rate?: string | undefined;
  readonly patience?: Partial<Patience>;
}

/** The client over an address, with what the environment adds to it. */
export async function openS3Client(
  address: S3Address,
  { rate, patience }: S3BlobsOptions = {},
): Promise<S3Client> {
  const bytesPerSecond = parseRate(rate);
  const settings = await resolveSettings(address);
  return new S3Client({
    settings,
    sign: await openSigner(settings),
    patience: { ...defaultPatience, ...patience },
    limit: bytesPerSecond === undefined ? undefined : new RateLimit(bytesPerSecond),
  });
}
