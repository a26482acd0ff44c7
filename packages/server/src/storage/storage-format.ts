import { documentBytes, isJsonObject, MlError, parseJson } from '@nx-ml/core/kernel';
import { collect } from '@nx-ml/core/remote';
import type { Blobs } from '@nx-ml/core/remote';

const formatBlob = 'format.json';
const kind = 'nx-ml-server';
const formatVersion = 1;

/**
 * Makes sure that a place is a storage of ours, of a format that we know. An empty place becomes one; one that holds something else is
 * refused, since a mistyped address must not be written into.
 *
 * @throws MlError ERR_ML_DOCUMENT_INVALID, or as the blobs
 */
export async function ensureStorage(blobs: Blobs): Promise<void> {
  const found = await blobs.read(formatBlob);
  if (found !== undefined) {
    checkFormat((await collect(found, 4096)) ?? Buffer.alloc(0), blobs.place);
    return;
  }
  for await (const { name } of blobs.list(''))
    if (name !== formatBlob)
      throw invalid(`${blobs.place} is no storage of a server, and is not empty: it holds ${name}`);
  await blobs.create(formatBlob, documentBytes({ formatVersion, kind }));
}

function checkFormat(bytes: Buffer, place: string): void {
  const document = parseJson(bytes.toString('utf8'));
  if (!isJsonObject(document) || document['kind'] !== kind)
    throw invalid(`${place} has a format.json that is not of a storage of a server`);
  const version = document['formatVersion'];
  if (version !== formatVersion)
    throw invalid(
      `${place} has format ${JSON.stringify(version)}; this server knows ${String(formatVersion)}`,
    );
}

function invalid(message: string): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message,
    fix: 'Name an empty folder or prefix for --storage, or the one that a server of this version made.',
  });
}
