import { randomUUID } from 'node:crypto';

import { MlError } from '../../kernel/index.js';
import type { TransferOptions } from '../../remote/index.js';
import { AnswerFailure, Progress } from '../http-client/index.js';
import { bytesPayload } from './payload.js';
import type { Payload, S3Client, S3Request } from './s3-client.js';
import { sendPayload } from './write.js';

const writerHeader = 'x-amz-meta-nx-ml-writer';

/**
 * Holds nothing. It is there so that everybody can find out whether this server refuses to create it once more. By its
 * upper case it is no blob: no list shows it.
 */
const probeName = 'probes/IF-NONE-MATCH';

/** Creates blobs that must not be replaced, where the server can be trusted with that. */
export class Creator {
  #isKept: Promise<void> | undefined;

  constructor(private readonly client: S3Client) {}

  /** @returns false when the name is taken. */
  async create(name: string, payload: Payload, options: TransferOptions = {}): Promise<boolean> {
    await this.#assertKept();
    return this.#put(name, payload, options);
  }

  /** Asked once in a process, and again after it could not be found out. */
  #assertKept(): Promise<void> {
    this.#isKept ??= this.#probe().catch((error: unknown) => {
      this.#isKept = undefined;
      throw error;
    });
    return this.#isKept;
  }

  /**
   * A server that does not know `If-None-Match` takes it for a plain write: two who append to a journal would then both
   * have won, and one entry be lost without a word.
   */
  async #probe(): Promise<void> {
    const nothing = bytesPayload(new Uint8Array());
    const isRefused = !(await this.#put(probeName, nothing)) || !(await this.#put(probeName, nothing));
    if (isRefused) return;
    throw new MlError('ERR_ML_REMOTE_REFUSED', {
      message: `${this.client.settings.place}: this server replaces what must only be created (it ignores If-None-Match: *)`,
      fix: 'Use a server that keeps it, such as AWS, Ceph, MinIO or R2 of today; or a shared folder.',
    });
  }

  /**
   * An answer that is lost leaves it open who has the name, and the next try is then refused. So each call leaves a mark
   * of its own with what it writes, and looks whose it is.
   */
  async #put(name: string, payload: Payload, options: TransferOptions = {}): Promise<boolean> {
    const writer = randomUUID();
    const headers = { 'if-none-match': '*', [writerHeader]: writer };
    const request: S3Request = {
      method: 'PUT',
      name,
      headers,
      signal: options.signal,
    };
    try {
      await sendPayload(this.client, request, payload, new Progress(options.onBytes));
      return true;
    } catch (error) {
      if (!(error instanceof AnswerFailure) || error.status !== 412) throw error;
      return (await this.#writerOf(name)) === writer;
    }
  }

  async #writerOf(name: string): Promise<unknown> {
    const { headers } = await this.client.send({ method: 'HEAD', name });
    return headers[writerHeader];
  }
}
