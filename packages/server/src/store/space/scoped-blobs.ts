import type { BlobInfo, BlobSource, OpenBlob, ServedBlobs } from '@nx-ml/core/remote';

/** The blobs below a folder of the server's storage, under names of their own. */
export class ScopedBlobs {
  /** @param folder `store/pr-7/` */
  constructor(
    private readonly storage: ServedBlobs,
    private readonly folder: string,
  ) {}

  async *list(prefix: string, after = ''): AsyncIterable<BlobInfo> {
    const { folder } = this;
    for await (const { name, size } of this.storage.list(folder + prefix, after === '' ? '' : folder + after))
      yield { name: name.slice(folder.length), size };
  }

  size(name: string): Promise<number | undefined> {
    return this.storage.size(this.folder + name);
  }

  open(name: string): Promise<OpenBlob | undefined> {
    return this.storage.open(this.folder + name);
  }

  write(name: string, source: BlobSource): Promise<void> {
    return this.storage.write(this.folder + name, source);
  }

  create(name: string, bytes: Uint8Array): Promise<boolean> {
    return this.storage.create(this.folder + name, bytes);
  }

  remove(name: string): Promise<void> {
    return this.storage.remove(this.folder + name);
  }
}
