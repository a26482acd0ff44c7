import { MlError } from '../../kernel/index.js';
import type { Blobs, OpenBlob } from '../../remote/index.js';

/** A blob of a bucket. Each stream of it is of one version; that streams are of the same one nobody promises. */
export class OpenS3Blob implements OpenBlob {
  readonly version = undefined;

  constructor(
    private readonly blobs: Pick<Blobs, 'read' | 'place'>,
    private readonly name: string,
    readonly size: number,
  ) {}

  async *pieces(start: number, end: number): AsyncIterable<Uint8Array> {
    let missing = end - start;
    for await (const piece of (await this.blobs.read(this.name, { start, end })) ?? []) {
      missing -= piece.length;
      yield piece;
    }
    if (missing !== 0)
      throw new MlError('ERR_ML_REMOTE_UNAVAILABLE', {
        message: `${this.blobs.place}: ${this.name} was replaced or removed while it was read`,
        fix: 'Try again.',
      });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
