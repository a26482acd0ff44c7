import { checkBlobName, checkBlobPrefix, refuseCancelled } from '../../remote/index.js';
import type { BlobInfo, BlobRange, Blobs, BlobSource, TransferOptions } from '../../remote/index.js';
import { actions } from './actions.js';
import { Creator } from './create.js';
import { AnswerFailure } from './failure.js';
import { assertBucket, listBlobs } from './list.js';
import { PartedWrite } from './multipart.js';
import { readBlob } from './read.js';
import type { S3Client } from './s3-client.js';
import { writeWhole } from './write.js';
import { numberOf } from './xml.js';

/** From here on a blob goes in parts: what breaks then costs a part, and not all of it. */
const manyParts = 64 * 2 ** 20;

/** A remote in a bucket. */
export class S3Blobs implements Blobs {
  readonly place: string;
  readonly #client: S3Client;
  readonly #creator: Creator;
  #isBucketThere = false;

  constructor(client: S3Client) {
    this.place = client.settings.place;
    this.#client = client;
    this.#creator = new Creator(client);
  }

  list(prefix: string): AsyncIterable<BlobInfo> {
    return listBlobs(this.#client, checkBlobPrefix(prefix));
  }

  async size(name: string): Promise<number | undefined> {
    checkBlobName(name);
    return this.#client.telling(actions.look, undefined, () => this.#size(name));
  }

  async read(
    name: string,
    range?: BlobRange,
    options: TransferOptions = {},
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const all = { start: 0, end: Number.MAX_SAFE_INTEGER };
    return readBlob(this.#client, checkBlobName(name), range ?? all, options);
  }

  async write(name: string, source: BlobSource, options: TransferOptions = {}): Promise<void> {
    checkBlobName(name);
    refuseCancelled(options.signal);
    await this.#client.telling(actions.write, options.signal, () =>
      source.size < manyParts
        ? writeWhole(this.#client, name, source, options)
        : new PartedWrite(this.#client, name, source, options).run(),
    );
  }

  async create(name: string, bytes: Uint8Array): Promise<boolean> {
    checkBlobName(name);
    return this.#client.telling(actions.create, undefined, () => this.#creator.create(name, bytes));
  }

  async remove(name: string): Promise<void> {
    const request = { action: actions.remove, method: 'DELETE', name: checkBlobName(name) } as const;
    await this.#client.telling(actions.remove, undefined, async () => {
      await this.#client.send(request).catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
      });
    });
  }

  async #size(name: string): Promise<number | undefined> {
    try {
      const { headers } = await this.#client.send({ action: actions.look, method: 'HEAD', name });
      this.#isBucketThere = true;
      return numberOf(headers['content-length']);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      // The answer to HEAD has no body, so that a missing bucket looks like a missing object.
      if (!this.#isBucketThere) await assertBucket(this.#client);
      this.#isBucketThere = true;
      return undefined;
    }
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof AnswerFailure && error.status === 404 && error.code !== 'NoSuchBucket';
}
