import { isBlobName } from '../../remote/index.js';
import type { BlobInfo } from '../../remote/index.js';
import { actions } from './actions.js';
import { TransportFailure } from '../http-client/index.js';
import type { S3Client } from './s3-client.js';
import { elements, numberOf, textOf } from './xml.js';

/** Everything below a prefix and behind a place, a page of a thousand at a time: S3 gives keys as their bytes rise. */
export async function* listBlobs(client: S3Client, prefix: string, after = ''): AsyncIterable<BlobInfo> {
  let token: string | undefined;
  do {
    const start = token === undefined ? startAfter(client, after) : { 'continuation-token': token };
    const page = await client.tellingOf(actions.list, undefined, () => askPage(client, prefix, start));
    yield* page.blobs;
    token = page.next;
  } while (token !== undefined);
}

/** @throws AnswerFailure NoSuchBucket: of a missing object HEAD says the same as of a missing bucket. */
export async function assertBucket(client: S3Client): Promise<void> {
  await client.send({
    method: 'GET',
    query: pageQuery(client, '', { 'max-keys': '1' }),
  });
}

function startAfter(client: S3Client, after: string): Record<string, string> {
  return after === '' ? {} : { 'start-after': `${client.settings.keyPrefix}${after}` };
}

function pageQuery(client: S3Client, prefix: string, more: Record<string, string>): Record<string, string> {
  return {
    'list-type': '2',
    prefix: `${client.settings.keyPrefix}${prefix}`,
    'encoding-type': 'url',
    ...more,
  };
}

async function askPage(
  client: S3Client,
  prefix: string,
  start: Readonly<Record<string, string>>,
): Promise<{ blobs: BlobInfo[]; next: string | undefined }> {
  const query = pageQuery(client, prefix, start);
  const { text } = await client.send({ method: 'GET', query });
  if (elements(text, 'ListBucketResult').length !== 1) throw notAList();
  const next = textOf(text, 'IsTruncated') === 'true' ? textOf(text, 'NextContinuationToken') : undefined;
  // A server that goes on with the page it just gave would keep us here for ever.
  const isStuck = next !== undefined && next === start['continuation-token'];
  if (textOf(text, 'IsTruncated') === 'true' && (next === undefined || isStuck)) throw notAList();
  const root = client.settings.keyPrefix;
  const blobs = elements(text, 'Contents').flatMap((item) => blobOf(item, root, prefix));
  return { blobs, next };
}

function blobOf(item: string, start: string, prefix: string): BlobInfo[] {
  const [key, size] = [decoded(textOf(item, 'Key')), numberOf(textOf(item, 'Size'))];
  if (key === undefined || size === undefined || !key.startsWith(start + prefix)) throw notAList();
  const name = key.slice(start.length);
  return isBlobName(name) ? [{ name, size, ...timeOf(textOf(item, 'LastModified')) }] : [];
}

/** A server that tells none, or nothing that is one, is believed in the rest. */
function timeOf(text: string | undefined): Pick<BlobInfo, 'changedAt'> {
  const changedAt = Date.parse(text ?? '');
  return Number.isNaN(changedAt) ? {} : { changedAt };
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function notAList(): TransportFailure {
  return new TransportFailure('an answer that is no list of objects', true);
}
