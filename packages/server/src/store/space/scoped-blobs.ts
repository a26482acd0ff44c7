import type { BlobInfo, BlobRange, Blobs, BlobSource, TransferOptions } from '@nx-ml/core/remote';

/** The blobs below a folder of another place, under names of their own. */
export class ScopedBlobs implements Blobs {
  readonly place: string;

  /** @param folder `store/pr-7/` */
  constructor(
    private readonly storage: Blobs,
    private readonly folder: string,
  ) {
    this.place = `${storage.place}/${folder}`;
  }

  async *list(prefix: string, after = ''): AsyncIterable<BlobInfo> {
    const { folder } = this;
    for await (const { name, size } of this.storage.list(folder + prefix, after === '' ? '' : folder + after))
      yield { name: name.slice(folder.length), size };
  }

  size(name: string): Promise<number | undefined> {
    return this.storage.size(this.folder + name);
  }

  read(
    name: string,
    range?: BlobRange,
    options?: TransferOptions,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.storage.read(this.folder + name, range, options);
  }

  write(name: string, source: BlobSource, options?: TransferOptions): Promise<void> {
    return this.storage.write(this.folder + name, source, options);
  }

  create(name: string, bytes: Uint8Array): Promise<boolean> {
    return this.storage.create(this.folder + name, bytes);
  }

  remove(name: string): Promise<void> {
    return this.storage.remove(this.folder + name);
  }
}
