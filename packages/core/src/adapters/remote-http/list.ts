import { isJsonObject, parseJson } from '../../kernel/index.js';
import { isBlobName } from '../../remote/index.js';
import type { BlobInfo } from '../../remote/index.js';
import { TransportFailure } from '../http-client/index.js';
import type { StoreClient } from './store-client.js';

interface Page {
  readonly blobs: readonly BlobInfo[];
  /** Where the next one begins; undefined: there is none. */
  readonly next: string | undefined;
}

/** Everything below a prefix and behind a place, a page at a time. */
export async function* listBlobs(
  client: StoreClient,
  prefix: string,
  after: string,
): AsyncIterable<BlobInfo> {
  let start: string | undefined = after;
  while (start !== undefined) {
    const page: Page = await askPage(client, prefix, start);
    yield* page.blobs;
    start = page.next;
  }
}

function askPage(client: StoreClient, prefix: string, after: string): Promise<Page> {
  const query = { prefix, ...(after === '' ? {} : { after }) };
  return client.tellingOf('list what is there', undefined, async () => {
    const { text } = await client.send({ method: 'GET', path: '/list', query });
    return pageIn(text, prefix, after);
  });
}

/** Names rise from page to page: so a server that lies cannot keep us here, nor give what was not asked for. */
function pageIn(text: string, prefix: string, after: string): Page {
  const document = parseJson(text);
  if (!isJsonObject(document) || !Array.isArray(document['blobs'])) throw notAList();
  const blobs: BlobInfo[] = [];
  for (const value of document['blobs'] as unknown[]) {
    const blob = blobIn(value, prefix);
    if (blob === undefined || blob.name <= (blobs.at(-1)?.name ?? after)) throw notAList();
    blobs.push(blob);
  }
  const next = document['next'];
  if (next === undefined) return { blobs, next };
  if (typeof next !== 'string' || next !== blobs.at(-1)?.name) throw notAList();
  return { blobs, next };
}

function blobIn(value: unknown, prefix: string): BlobInfo | undefined {
  const { name, size } = isJsonObject(value) ? value : {};
  if (typeof name !== 'string' || !isBlobName(name) || !isSize(size)) return undefined;
  return name.startsWith(prefix) ? { name, size } : undefined;
}

export function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function notAList(): TransportFailure {
  return new TransportFailure('an answer that is no list of blobs', true);
}
