import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { BundleSource, SourceFile } from '../bundle-source.js';
import { damaged, malformed } from '../refusals.js';

/** A bundle's folder in memory. */
export class MemorySource implements BundleSource {
  constructor(readonly files: ReadonlyMap<string, Buffer>) {}

  list(limit: number): Promise<readonly SourceFile[]> {
    if (this.files.size > limit) return Promise.reject(malformed('too many files'));
    return Promise.resolve([...this.files].map(([path, { length: size }]) => ({ path, size })));
  }

  read(path: string, limit: number): Promise<Buffer> {
    const bytes = this.files.get(path);
    if (bytes === undefined) return Promise.reject(damaged(`${path} is missing`));
    return bytes.length > limit ? Promise.reject(malformed('too long')) : Promise.resolve(bytes);
  }

  async measure(path: string): Promise<{ readonly digest: Digest; readonly size: number }> {
    const bytes = await this.read(path, Infinity);
    return { digest: digestOf(bytes), size: bytes.length };
  }

  with(path: string, bytes: Buffer): MemorySource {
    return new MemorySource(new Map([...this.files, [path, bytes]]));
  }
}
