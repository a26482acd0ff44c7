import type {
  BlobInfo,
  BlobRange,
  Blobs,
  BlobSource,
  OpenBlob,
  ServedBlobs,
  TransferOptions,
} from '@nx-ml/core/remote';

/** Is told of what is asked for and written, by its name in the storage, so that nothing that somebody counts on is removed. */
export interface BlobWatch {
  /** @returns what is found; undefined also where it is just being removed. */
  asking<T>(blob: string, ask: () => Promise<T | undefined>): Promise<T | undefined>;
  writing<T>(blob: string, write: () => Promise<T>): Promise<T>;
  /** Of everything below: who lists finds it there. */
  listing(prefix: string): void;
}

const nobody: BlobWatch = {
  asking: (_, ask) => ask(),
  writing: (_, write) => write(),
  listing: () => undefined,
};

/** The blobs below a folder of the server's storage, under names of their own. */
export class ScopedBlobs implements Blobs {
  readonly place: string;

  /** @param folder `store/pr-7/` */
  constructor(
    private readonly storage: ServedBlobs,
    private readonly folder: string,
    private readonly watch = nobody,
  ) {
    this.place = `${storage.place}/${folder.slice(0, -1)}`;
  }

  async *list(prefix: string, after = ''): AsyncIterable<BlobInfo> {
    const { folder } = this;
    this.watch.listing(folder + prefix);
    const listed = this.storage.list(folder + prefix, after === '' ? '' : folder + after);
    for await (const blob of listed) yield { ...blob, name: blob.name.slice(folder.length) };
  }

  size(name: string): Promise<number | undefined> {
    const blob = this.folder + name;
    return this.watch.asking(blob, () => this.storage.size(blob));
  }

  open(name: string): Promise<OpenBlob | undefined> {
    const blob = this.folder + name;
    return this.watch.asking(blob, () => this.storage.open(blob));
  }

  read(name: string, range?: BlobRange, options?: TransferOptions): ReturnType<Blobs['read']> {
    const blob = this.folder + name;
    return this.watch.asking(blob, () => this.storage.read(blob, range, options));
  }

  write(name: string, source: BlobSource, options?: TransferOptions): Promise<void> {
    const blob = this.folder + name;
    return this.watch.writing(blob, () => this.storage.write(blob, source, options));
  }

  create(name: string, bytes: Uint8Array): Promise<boolean> {
    const blob = this.folder + name;
    return this.watch.writing(blob, () => this.storage.create(blob, bytes));
  }

  remove(name: string): Promise<void> {
    return this.storage.remove(this.folder + name);
  }
}
