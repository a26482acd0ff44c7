import { MlError } from '../../kernel/index.js';
import { checkBlobName, checkBlobPrefix, refuseCancelled } from '../../remote/index.js';
import type {
  BlobInfo,
  BlobRange,
  BlobSource,
  OpenBlob,
  ServedBlobs,
  TransferOptions,
} from '../../remote/index.js';
import { Absence } from './absence.js';
import { actions } from './actions.js';
import { Creator } from './create.js';
import { TransportFailure, readBlob } from '../http-client/index.js';
import type { Answer } from '../http-client/index.js';
import { listBlobs } from './list.js';
import { PartedWrite } from './multipart.js';
import { OpenS3Blob } from './open-blob.js';
import { bytesPayload, sourcePayload } from './payload.js';
import type { S3Client } from './s3-client.js';
import { writeWhole } from './write.js';
import { numberOf } from './xml.js';

/** From here on a blob goes in parts: what breaks then costs a part, and not all of it. */
const manyParts = 64 * 2 ** 20;

/** S3 takes no more in one request. */
const mostAtOnce = 5_000_000_000;

/** A remote in a bucket. */
export class S3Blobs implements ServedBlobs {
  readonly place: string;
  /** A body is hashed before it goes, since its hash is signed, and may have to go twice. */
  readonly readsOnce = false;
  readonly #client: S3Client;
  readonly #creator: Creator;
  readonly #absence: Absence;

  constructor(client: S3Client) {
    this.place = client.settings.place;
    this.#client = client;
    this.#creator = new Creator(client);
    this.#absence = new Absence(client);
  }

  list(prefix: string, after?: string): AsyncIterable<BlobInfo> {
    return listBlobs(this.#client, checkBlobPrefix(prefix), after);
  }

  async size(name: string): Promise<number | undefined> {
    checkBlobName(name);
    return this.#client.tellingOf(actions.look, undefined, async () => {
      const request = { method: 'HEAD', name } as const;
      const answer = await this.#absence.unlessAbsent(this.#client.send(request));
      return answer === undefined ? undefined : sizeOf(answer);
    });
  }

  async read(
    name: string,
    range?: BlobRange,
    options: TransferOptions = {},
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const all = { start: 0, end: Number.MAX_SAFE_INTEGER };
    checkBlobName(name);
    return this.#client.tellingOf(actions.read, options.signal, () =>
      this.#absence.unlessAbsent(readBlob(this.#client, name, range ?? all, options)),
    );
  }

  async write(name: string, source: BlobSource, options: TransferOptions = {}): Promise<void> {
    checkBlobName(name);
    refuseCancelled(options.signal);
    await this.#client.tellingOf(actions.write, options.signal, () =>
      source.size < manyParts
        ? writeWhole(this.#client, name, source, options)
        : new PartedWrite(this.#client, name, source, options).run(),
    );
  }

  async create(name: string, bytes: Uint8Array): Promise<boolean> {
    checkBlobName(name);
    const payload = bytesPayload(bytes);
    return this.#client.tellingOf(actions.create, undefined, () => this.#creator.create(name, payload));
  }

  /** In one request: of an upload in parts not every server keeps that its name must be free (docs/design/remotes.md). */
  async createFrom(name: string, source: BlobSource, options: TransferOptions = {}): Promise<boolean> {
    checkBlobName(name);
    refuseCancelled(options.signal);
    if (source.size > mostAtOnce) throw tooLarge(this.place, source.size);
    if ((await this.size(name)) !== undefined) return false;
    return this.#client.tellingOf(actions.create, options.signal, async () => {
      const payload = await sourcePayload(source, name);
      return this.#creator.create(name, payload, options);
    });
  }

  async open(name: string): Promise<OpenBlob | undefined> {
    const size = await this.size(name);
    return size === undefined ? undefined : new OpenS3Blob(this, name, size);
  }

  async remove(name: string): Promise<void> {
    const request = { method: 'DELETE', name: checkBlobName(name) } as const;
    await this.#client.tellingOf(actions.remove, undefined, () =>
      this.#absence.unlessAbsent(this.#client.send(request)),
    );
  }
}

function sizeOf({ headers }: Answer): number {
  const size = numberOf(headers['content-length']);
  if (size === undefined) throw new TransportFailure('an answer without a size', true);
  return size;
}

function tooLarge(place: string, size: number): MlError {
  return new MlError('ERR_ML_REMOTE_REFUSED', {
    message: `${place}: ${String(size)} bytes are more than a bucket takes at once`,
    fix: `Keep what is created at once below ${String(mostAtOnce)} bytes, or use a folder.`,
  });
}
