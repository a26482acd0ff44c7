import { createHash } from 'node:crypto';

import type { BlobSource, TransferOptions } from '../../remote/index.js';
import { AnswerFailure, Progress, TransportFailure, insist } from '../http-client/index.js';
import { forEach } from './for-each.js';
import { partsOf } from './parts.js';
import type { Part } from './parts.js';
import { bytesPayload, hashOf, sliceOf, sourcePayload } from './payload.js';
import { answerFailure } from './s3-client.js';
import type { Payload, S3Client } from './s3-client.js';
import { abandonStale, findUploads } from './uploads.js';
import type { StoredPart, Upload } from './uploads.js';
import { sendPayload } from './write.js';
import { elements, textOf } from './xml.js';

/** Parts that are under way at once. */
const atOnce = 4;
/** The upload is gone, or is not what we take it for: somebody else completed or abandoned the very same one. */
const lostUpload = new Set(['NoSuchUpload', 'InvalidPart', 'InvalidPartOrder', 'EntityTooSmall']);

/**
 * A large blob on its way in parts. What an interrupted write of the same name left there is used, part by part, where
 * it holds the same bytes. The blob appears when all parts are there; until then the bucket keeps them aside, also when
 * this fails or is stopped, for the next one to go on with.
 */
export class PartedWrite {
  readonly #parts: readonly Part[];
  readonly #progress: readonly Progress[];
  readonly #signal: AbortSignal | undefined;

  constructor(
    private readonly client: S3Client,
    private readonly name: string,
    private readonly source: BlobSource,
    { signal, onBytes }: TransferOptions,
  ) {
    this.#parts = partsOf(source.size);
    this.#progress = this.#parts.map(() => new Progress(onBytes));
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const uploads = await findUploads(this.client, this.name, this.#signal);
    const [fullest] = uploads
      .filter(({ parts }) => this.#isOurs(parts))
      .sort((a, b) => b.parts.size - a.parts.size);
    try {
      await this.#finish(fullest ?? (await this.#begin()));
    } catch (error) {
      if (!(error instanceof AnswerFailure) || !lostUpload.has(error.code)) throw error;
      await this.#finish(await this.#begin());
    }
    await abandonStale(this.client, this.name, uploads);
  }

  /** Ceph completes no upload of which a part is left out. */
  #isOurs(parts: Upload['parts']): boolean {
    return [...parts.keys()].every((number) => number <= this.#parts.length);
  }

  async #begin(): Promise<Pick<Upload, 'id' | 'parts'>> {
    const { text } = await this.client.send({
      method: 'POST',
      name: this.name,
      query: { uploads: '' },
      signal: this.#signal,
    });
    const id = textOf(text, 'UploadId');
    if (id === undefined) throw new TransportFailure('an answer that names no upload', true);
    return { id, parts: new Map() };
  }

  async #finish({ id, parts }: Pick<Upload, 'id' | 'parts'>): Promise<void> {
    const tags: string[] = [];
    await forEach(this.#parts, { atOnce, signal: this.#signal }, async (part, signal) => {
      const stored = parts.get(part.number);
      const isThere = stored !== undefined && (await this.#isSame(part, stored));
      tags[part.number - 1] = isThere ? stored.etag : await this.#send(id, part, signal);
    });
    await this.#complete(id, tags);
  }

  async #isSame(part: Part, { size, etag }: StoredPart): Promise<boolean> {
    if (size !== part.end - part.start) return false;
    if ((await hashOf(sliceOf(this.source, part.start, part.end).read(0, size), 'md5')) !== etag)
      return false;
    this.#progressOf(part).restart();
    this.#progressOf(part).add(size);
    return true;
  }

  /** @returns its ETag. */
  async #send(uploadId: string, part: Part, signal: AbortSignal): Promise<string> {
    const payload = await sourcePayload(sliceOf(this.source, part.start, part.end), this.name);
    const query = { partNumber: String(part.number), uploadId };
    const request = { method: 'PUT', name: this.name, query, signal } as const;
    const etag = await sendPayload(this.client, request, payload, this.#progressOf(part));
    if (etag === undefined || /[<>&]/.test(etag)) throw new TransportFailure('an answer without ETag', true);
    return etag.replaceAll('"', '');
  }

  #progressOf({ number }: Part): Progress {
    const progress = this.#progress[number - 1];
    if (progress === undefined) throw new RangeError(`there is no part ${String(number)}`);
    return progress;
  }

  async #complete(uploadId: string, tags: readonly string[]): Promise<void> {
    const payload = completion(tags);
    try {
      await insist(this.client.patience, this.#signal, () => this.#tryComplete(uploadId, payload));
    } catch (error) {
      // The answer to an earlier try may have been lost.
      if (!(error instanceof AnswerFailure) || error.code !== 'NoSuchUpload') throw error;
      if ((await this.#etag()) !== etagOfParts(tags)) throw error;
    }
  }

  /** Its answer begins before it is known how it ends, so that one of 200 may tell an error. */
  async #tryComplete(uploadId: string, payload: Payload): Promise<void> {
    const { text, headers } = await this.client.ask({
      method: 'POST',
      name: this.name,
      query: { uploadId },
      payload,
      signal: this.#signal,
    });
    if (elements(text, 'CompleteMultipartUploadResult').length === 1) return;
    throw answerFailure(500, headers, text);
  }

  async #etag(): Promise<string | undefined> {
    const { headers } = await this.client
      .send({ method: 'HEAD', name: this.name, signal: this.#signal })
      .catch((error: unknown) => {
        if (error instanceof AnswerFailure && error.status === 404) return { headers: { etag: undefined } };
        throw error;
      });
    return headers.etag?.replaceAll('"', '');
  }
}

function completion(tags: readonly string[]): Payload {
  const parts = tags.map(
    (etag, index) => `<Part><PartNumber>${String(index + 1)}</PartNumber><ETag>"${etag}"</ETag></Part>`,
  );
  const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return bytesPayload(
    Buffer.from(`<CompleteMultipartUpload xmlns="${xmlns}">${parts.join('')}</CompleteMultipartUpload>`),
  );
}

/** As every server has it: the MD5 of the parts’ MD5s, and their number. */
function etagOfParts(tags: readonly string[]): string {
  const sums = Buffer.from(tags.join(''), 'hex');
  return `${createHash('md5').update(sums).digest('hex')}-${String(tags.length)}`;
}
