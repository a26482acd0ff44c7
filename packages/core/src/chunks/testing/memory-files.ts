import { digestOf, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { bytesSource } from '../../remote/index.js';
import type { Chunker, CutFile } from '../chunker.js';
import type { LargeFile, LargeFiles } from '../large-files.js';
import { listOf } from './chunk-lists.js';

/** A local store of large objects, whose paths are their digests, and a chunker for it. */
export class MemoryFiles implements LargeFiles, Chunker {
  readonly files = new Map<Digest, Buffer>();
  /** What was cut. */
  readonly cuts: string[] = [];
  /** Thrown by the next cut. */
  failure: MlError | undefined;

  add(bytes: Buffer): Digest {
    const digest = digestOf(bytes);
    this.files.set(digest, bytes);
    return digest;
  }

  find(digest: Digest): Promise<LargeFile | undefined> {
    const bytes = this.files.get(digest);
    return Promise.resolve(
      bytes === undefined ? undefined : { digest, path: digest, bytes: bytesSource(bytes) },
    );
  }

  latest({ least, most }: { readonly least: number; readonly most: number }): Promise<readonly LargeFile[]> {
    const found = [...this.files].reverse().filter(([, { length }]) => length >= least && length <= most);
    return Promise.resolve(
      found.map(([digest, bytes]) => ({ digest, path: digest, bytes: bytesSource(bytes) })),
    );
  }

  cut(path: string): Promise<CutFile> {
    this.cuts.push(path);
    const bytes = this.files.get(path as Digest);
    if (this.failure !== undefined || bytes === undefined)
      return Promise.reject(this.failure ?? new Error(`there is no ${path}`));
    return Promise.resolve({ digest: digestOf(bytes), size: bytes.length, chunks: listOf(bytes) });
  }
}

export function threadLost(): MlError {
  return new MlError('ERR_ML_THREAD_LOST', { message: 'a thread died', fix: 'Try again.' });
}
