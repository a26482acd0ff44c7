import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { decodeAttestation, decodeIndex, decodeModelManifest, emptyBytes } from '@nx-ml/core/bundle';
import { digestOf, hexOf } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

/** All bytes that a verified bundle is made of. @throws MlError where a document of it is not right any more */
export async function blobsOfBundle(index: Uint8Array, folder: string): Promise<Digest[]> {
  const read = (digest: Digest): Promise<Buffer> => readFile(join(folder, hexOf(digest)));
  const { model, attestation } = decodeIndex(index);
  const { config, files } = decodeModelManifest(await read(model.digest));
  const { envelope } = decodeAttestation(await read(attestation.digest));
  const documents = [model, attestation, config, envelope, ...files];
  return [digestOf(emptyBytes), ...documents.map(({ digest }) => digest)];
}
