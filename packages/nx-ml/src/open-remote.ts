import { openChunker } from '@nx-ml/core/adapters/chunker-workers';
import { openIndexCache, openLargeFiles } from '@nx-ml/core/adapters/store-fs';
import { ChunkedObjects } from '@nx-ml/core/chunks';
import { MlError } from '@nx-ml/core/kernel';
import { parseRemoteAddress, placeOf, Remote } from '@nx-ml/core/remote';
import type { Blobs, RemoteAddress } from '@nx-ml/core/remote';

import { isOffline } from './remote-at-hand.js';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Opens a remote without asking it anything.
 *
 * @param store absolute folder of the store, which keeps copies of the remote's indexes.
 * @throws MlError ERR_ML_REMOTE_ADDRESS; ERR_ML_REMOTE_UNAVAILABLE when the variables forbid it.
 */
export async function openRemote(address: string, store: string, variables: Variables): Promise<Remote> {
  const parsed = parseRemoteAddress(address);
  if (isOffline(variables)) throw offline(placeOf(parsed));
  const blobs = await openBlobs(parsed, variables);
  const large = new ChunkedObjects({ blobs, chunker: openChunker(), files: openLargeFiles(store) });
  return new Remote({ blobs, indexes: openIndexCache(store, address), large });
}

/** Each is loaded when it is used: a workspace with a shared folder needs no client for S3. */
async function openBlobs(address: RemoteAddress, variables: Variables): Promise<Blobs> {
  if (address.kind === 'folder') {
    const { FolderBlobs } = await import('@nx-ml/core/adapters/remote-folder');
    return new FolderBlobs(address.path);
  }
  if (address.kind === 'http') {
    const { openHttpBlobs } = await import('@nx-ml/core/adapters/remote-http');
    const { credentialsFor } = await import('./server-credentials.js');
    const credentials = credentialsFor(address, variables);
    return openHttpBlobs(address, { credentials, rate: variables['NX_ML_REMOTE_RATE'] });
  }
  const { openS3Blobs } = await import('@nx-ml/core/adapters/remote-s3');
  return openS3Blobs(address, { rate: variables['NX_ML_REMOTE_RATE'] });
}

function offline(place: string): MlError {
  return new MlError('ERR_ML_REMOTE_UNAVAILABLE', {
    message: `NX_ML_OFFLINE forbids asking the remote ${place}`,
    fix: 'Unset NX_ML_OFFLINE, or bring the data before: nx-ml data pull.',
  });
}
