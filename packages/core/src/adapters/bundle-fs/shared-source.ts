import { posix } from 'node:path';

import { indexPath, layoutBytes, layoutPath } from '../../bundle/index.js';
import type { BundleSource, SourceFile } from '../../bundle/index.js';
import type { Digest } from '../../kernel/index.js';
import { FolderSource } from './folder-source.js';

/** A bundle whose blobs lie among those of other bundles, as a gateway keeps them. */
export interface SharedBundle {
  /** Absolute; holds `<64 hex>` files. */
  readonly blobs: string;
  /** The bytes of its index.json. */
  readonly index: Uint8Array;
}

/** Blobs of others are no part of the bundle, so that it holds nothing beyond what it names. */
export class SharedSource implements BundleSource {
  readonly #index: Buffer;
  readonly #blobs: FolderSource;

  constructor({ blobs, index }: SharedBundle) {
    this.#index = Buffer.from(index);
    this.#blobs = new FolderSource(blobs);
  }

  list(): Promise<readonly SourceFile[]> {
    const files = [
      { path: layoutPath, size: layoutBytes.length },
      { path: indexPath, size: this.#index.length },
    ];
    return Promise.resolve(files);
  }

  read(path: string, limit: number): Promise<Buffer> {
    if (path === layoutPath) return Promise.resolve(layoutBytes);
    if (path === indexPath) return Promise.resolve(this.#index);
    return this.#blobs.read(posix.basename(path), limit);
  }

  measure(path: string): Promise<{ readonly digest: Digest; readonly size: number }> {
    return this.#blobs.measure(posix.basename(path));
  }
}
