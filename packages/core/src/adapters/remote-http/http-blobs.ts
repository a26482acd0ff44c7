import { randomUUID } from 'node:crypto';

import { bytesSource, checkBlobName, checkBlobPrefix, refuseCancelled } from '../../remote/index.js';
import type { BlobInfo, BlobRange, Blobs, BlobSource, TransferOptions } from '../../remote/index.js';
import { AnswerFailure, readBlob, TransportFailure } from '../http-client/index.js';
import { listBlobs } from './list.js';
import { blobPath } from './store-client.js';
import type { StoreClient } from './store-client.js';
import { sizesOf } from './sizes.js';
import { BlobWrite } from './write.js';

/** A remote at a server of ours. */
export class HttpBlobs implements Blobs {
  readonly place: string;
  readonly #client: StoreClient;

  constructor(client: StoreClient) {
    this.place = client.place;
    this.#client = client;
  }

  list(prefix: string, after = ''): AsyncIterable<BlobInfo> {
    return listBlobs(this.#client, checkBlobPrefix(prefix), after);
  }

  async size(name: string): Promise<number | undefined> {
    const request = { method: 'HEAD', path: blobPath(checkBlobName(name)) } as const;
    return this.#client.tellingOf('look at a blob', undefined, () =>
      unlessAbsent(this.#client.send(request).then(({ headers }) => sizeIn(headers['content-length']))),
    );
  }

  async sizes(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    names.forEach(checkBlobName);
    return this.#client.tellingOf('look at blobs', undefined, () => sizesOf(this.#client, names));
  }

  async read(
    name: string,
    range?: BlobRange,
    options: TransferOptions = {},
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const all = { start: 0, end: Number.MAX_SAFE_INTEGER };
    checkBlobName(name);
    return this.#client.telling(options.signal, () =>
      unlessAbsent(readBlob(this.#client, name, range ?? all, options)),
    );
  }

  async write(name: string, source: BlobSource, options: TransferOptions = {}): Promise<void> {
    checkBlobName(name);
    refuseCancelled(options.signal);
    const write = new BlobWrite(this.#client, name, source, options);
    await this.#client.tellingOf('write a blob', options.signal, () => write.run());
  }

  /** Each call has a mark of its own: asked again after an answer was lost, the server knows who created it. */
  async create(name: string, bytes: Uint8Array): Promise<boolean> {
    const request = {
      method: 'PUT',
      path: blobPath(checkBlobName(name)),
      headers: { 'if-none-match': '*', 'x-nx-ml-writer': randomUUID() },
      payload: { size: bytes.length, open: () => bytesSource(bytes).read(0, bytes.length) },
    } as const;
    return this.#client.tellingOf('create a blob', undefined, async () => {
      try {
        await this.#client.send(request);
        return true;
      } catch (error) {
        if (error instanceof AnswerFailure && error.status === 412) return false;
        throw error;
      }
    });
  }

  async remove(name: string): Promise<void> {
    const request = { method: 'DELETE', path: blobPath(checkBlobName(name)) } as const;
    await this.#client.tellingOf('remove a blob', undefined, () => this.#client.send(request));
  }
}

/** The server is ours, or the answer would be no AnswerFailure: so this is what it says of the blob. */
async function unlessAbsent<T>(value: Promise<T>): Promise<T | undefined> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof AnswerFailure && error.status === 404) return undefined;
    throw error;
  }
}

function sizeIn(text: string | undefined): number {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
  throw new TransportFailure('an answer without a size', true);
}
