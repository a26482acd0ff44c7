import { FolderBlobs } from '@nx-ml/core/adapters/remote-folder';
import { MlError } from '@nx-ml/core/kernel';
import { parseRemoteAddress } from '@nx-ml/core/remote';
import type { ServedBlobs } from '@nx-ml/core/remote';

import type { StateFolder } from '../access/state/index.js';
import { SpooledBlobs } from './spooled-blobs.js';
import { ensureStorage } from './storage-format.js';

/**
 * Opens the place that a server serves: a folder, which must be there, or a bucket.
 *
 * @param address an absolute folder, `file:///…` or `s3://…`
 * @throws MlError ERR_ML_REMOTE_ADDRESS, ERR_ML_DOCUMENT_INVALID, or as the blobs
 */
export async function openStorage(address: string, state: StateFolder): Promise<ServedBlobs> {
  const blobs = await openPlace(address, state);
  await ensureStorage(blobs);
  return blobs;
}

async function openPlace(text: string, state: StateFolder): Promise<ServedBlobs> {
  const address = parseRemoteAddress(text);
  if (address.kind === 'folder') return new FolderBlobs(address.path);
  if (address.kind !== 's3')
    throw new MlError('ERR_ML_REMOTE_ADDRESS', {
      message: 'A server keeps what it has in a folder or a bucket, and not at another server',
      fix: 'Write /folder, file:///folder, or s3://bucket/prefix?endpoint=https://host&region=name.',
    });
  const { openS3Blobs } = await import('@nx-ml/core/adapters/remote-s3');
  const spooled = new SpooledBlobs(await openS3Blobs(address), state.folder('spool'));
  await spooled.clear();
  return spooled;
}
