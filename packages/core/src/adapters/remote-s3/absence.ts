import { AnswerFailure } from '../http-client/index.js';
import { assertBucket } from './list.js';
import type { S3Client } from './s3-client.js';

/** Tells an object that is not there from a bucket that is not, and from a server that says 404 to everything. */
export class Absence {
  #isBucketThere = false;

  constructor(private readonly client: S3Client) {}

  /**
   * @returns the value, or undefined when there is no such object.
   * @throws AnswerFailure for everything else, such as NoSuchBucket
   */
  async unlessAbsent<T>(value: Promise<T>): Promise<T | undefined> {
    try {
      return await value;
    } catch (error) {
      if (!(error instanceof AnswerFailure) || error.status !== 404) throw error;
      if (error.code === 'NoSuchKey') return undefined;
      // Only a body tells which of them is missing, and the answer to HEAD has none.
      if (error.code !== '') throw error;
      if (!this.#isBucketThere) await assertBucket(this.client);
      this.#isBucketThere = true;
      return undefined;
    }
  }
}
