import { AnswerFailure } from '../http-client/index.js';
import type { S3Client } from './s3-client.js';
import { elements, numberOf, textOf } from './xml.js';

/** An upload that was begun and not completed. */
export interface Upload {
  readonly id: string;
  /** By the server's clock, milliseconds. */
  readonly age: number;
  /** Whole parts that it has, by number. */
  readonly parts: ReadonlyMap<number, StoredPart>;
}

export interface StoredPart {
  readonly size: number;
  /** Without quotes; the MD5 of its bytes, unless the bucket encrypts with a key of its own. */
  readonly etag: string;
}

/** Whoever was at it will not go on. */
const staleAge = 7 * 24 * 3600 * 1000;
/** More than so many of one name are not looked at. */
const mostUploads = 8;

/** What is under way of a name. Who may not ask is told nothing, and starts anew. */
export async function findUploads(
  client: S3Client,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Upload[]> {
  try {
    const found = (await listUploads(client, name, signal)).slice(0, mostUploads);
    return await Promise.all(
      found.map(async (upload) => ({ ...upload, parts: await listParts(client, name, upload.id, signal) })),
    );
  } catch (error) {
    if (error instanceof AnswerFailure && [403, 404, 405, 501].includes(error.status)) return [];
    throw error;
  }
}

async function listUploads(
  client: S3Client,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Omit<Upload, 'parts'>[]> {
  const key = `${client.settings.keyPrefix}${name}`;
  const query = { uploads: '', prefix: key };
  const { text, headers } = await client.send({ method: 'GET', query, signal });
  const now = Date.parse(headers.date ?? '');
  return elements(text, 'Upload').flatMap((item) => {
    const [id, age] = [textOf(item, 'UploadId'), now - Date.parse(textOf(item, 'Initiated') ?? '')];
    return textOf(item, 'Key') === key && id !== undefined ? [{ id, age }] : [];
  });
}

async function listParts(
  client: S3Client,
  name: string,
  uploadId: string,
  signal: AbortSignal | undefined,
): Promise<Map<number, StoredPart>> {
  const parts = new Map<number, StoredPart>();
  let marker: number | undefined = 0;
  while (marker !== undefined) {
    const query = { uploadId, ...(marker === 0 ? {} : { 'part-number-marker': String(marker) }) };
    const { text } = await client.send({ method: 'GET', name, query, signal });
    for (const [number, part] of elements(text, 'Part').flatMap(partOf)) parts.set(number, part);
    const next =
      textOf(text, 'IsTruncated') === 'true' ? numberOf(textOf(text, 'NextPartNumberMarker')) : undefined;
    // Only forward: a server that answers with the same page again must not hold us.
    marker = next !== undefined && next > marker ? next : undefined;
  }
  return parts;
}

function partOf(item: string): [number, StoredPart][] {
  const number = numberOf(textOf(item, 'PartNumber'));
  const size = numberOf(textOf(item, 'Size'));
  const etag = textOf(item, 'ETag')?.replaceAll('"', '');
  return number === undefined || size === undefined || etag === undefined ? [] : [[number, { size, etag }]];
}

/** Frees what stale uploads keep. It is a kindness, so that it may fail: a bucket's lifecycle rule does it too. */
export async function abandonStale(
  client: S3Client,
  name: string,
  uploads: readonly Upload[],
): Promise<void> {
  for (const { id } of uploads.filter(({ age }) => age > staleAge)) {
    const query = { uploadId: id };
    await client.ask({ method: 'DELETE', name, query }).catch(() => undefined);
  }
}
