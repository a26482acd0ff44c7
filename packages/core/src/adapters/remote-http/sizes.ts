import { isJsonObject, parseJson } from '../../kernel/index.js';
import { TransportFailure } from '../http-client/index.js';
import { isSize } from './list.js';
import type { StoreClient } from './store-client.js';

/** A server answers so many at once. */
const mostNames = 10_000;

/** Bytes of those that are there. */
export async function sizesOf(
  client: StoreClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (let at = 0; at < names.length; at += mostNames) {
    const asked = names.slice(at, at + mostNames);
    for (const [name, size] of await ask(client, asked)) sizes.set(name, size);
  }
  return sizes;
}

async function ask(client: StoreClient, names: readonly string[]): Promise<readonly [string, number][]> {
  const bytes = Buffer.from(JSON.stringify({ names }));
  // eslint-disable-next-line @typescript-eslint/require-await -- a body is read asynchronously, and these bytes are here
  const open = async function* (): AsyncIterable<Uint8Array> {
    yield bytes;
  };
  const payload = { size: bytes.length, open };
  const { text } = await client.send({ method: 'POST', path: '/have', payload });
  const document = parseJson(text);
  const sizes = isJsonObject(document) ? document['sizes'] : undefined;
  if (!isJsonObject(sizes)) throw noAnswer();
  const wanted = new Set(names);
  return Object.entries(sizes).map(([name, size]) => {
    if (!wanted.has(name) || !isSize(size)) throw noAnswer();
    return [name, size];
  });
}

function noAnswer(): TransportFailure {
  return new TransportFailure('an answer that tells no sizes', true);
}
