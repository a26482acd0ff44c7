import { hashInName } from '../../remote/index.js';
import type { BlobSource, TransferOptions } from '../../remote/index.js';
import { sourcePayload } from './payload.js';
import { Progress } from '../http-client/index.js';
import type { Payload, S3Client, S3Request } from './s3-client.js';

/** Writes a blob with one request. A bucket shows it when all of it is there and its hash is right. */
export async function writeWhole(
  client: S3Client,
  name: string,
  source: BlobSource,
  { signal, onBytes }: TransferOptions,
): Promise<void> {
  const payload = await sourcePayload(source, name, hashInName(name));
  const request: S3Request = { method: 'PUT', name, signal };
  await sendPayload(client, request, payload, new Progress(onBytes));
}

/**
 * Sends a payload, as often as it takes.
 *
 * @returns the ETag of what was written.
 */
export async function sendPayload(
  client: S3Client,
  request: S3Request,
  payload: Payload,
  progress: Progress,
): Promise<string | undefined> {
  const counted = {
    ...payload,
    open: () => {
      progress.restart();
      return payload.open();
    },
  };
  const onSent = (count: number): void => {
    progress.add(count);
  };
  const { headers } = await client.send({ ...request, payload: counted, onSent });
  return headers.etag;
}
