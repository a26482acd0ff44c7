import {
  checkBlobName,
  checkBlobPrefix,
  bytesSource,
  refuseCancelled,
  watched,
  wholeSource,
} from '../../remote/index.js';
import type {
  BlobInfo,
  BlobRange,
  BlobSource,
  OpenBlob,
  ServedBlobs,
  TransferOptions,
} from '../../remote/index.js';

export class MemoryBlobs implements ServedBlobs {
  readonly place = 'memory';
  readonly readsOnce = true;
  /** What is kept. Open to tests that damage it. */
  readonly blobs = new Map<string, Buffer>();
  /** Each call, `read packs/… 0-10`. For tests of how much is asked for. */
  readonly calls: string[] = [];

  async *list(prefix: string, after = ''): AsyncIterable<BlobInfo> {
    this.calls.push(`list ${checkBlobPrefix(prefix)}`);
    const rising = [...this.blobs].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, bytes] of rising)
      if (name.startsWith(prefix) && name > after) yield Promise.resolve({ name, size: bytes.length });
  }

  size(name: string): Promise<number | undefined> {
    return this.#call(`size ${name}`, name, () => this.blobs.get(name)?.length);
  }

  read(
    name: string,
    range?: BlobRange,
    options: TransferOptions = {},
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const which = range === undefined ? '' : ` ${String(range.start)}-${String(range.end)}`;
    return this.#call(`read ${name}${which}`, name, () => {
      refuseCancelled(options.signal);
      const bytes = this.blobs.get(name);
      if (bytes === undefined) return undefined;
      const part = range === undefined ? bytes : bytes.subarray(range.start, range.end);
      return watched(bytesSource(part).read(0, part.length), options);
    });
  }

  async write(name: string, source: BlobSource, options: TransferOptions = {}): Promise<void> {
    await this.#call(`write ${name}`, name, () => undefined);
    this.blobs.set(name, await whole(name, source, options));
  }

  async createFrom(name: string, source: BlobSource, options: TransferOptions = {}): Promise<boolean> {
    const isTaken = await this.#call(`create ${name}`, name, () => this.blobs.has(name));
    if (isTaken) return false;
    const bytes = await whole(name, source, options);
    if (this.blobs.has(name)) return false;
    this.blobs.set(name, bytes);
    return true;
  }

  open(name: string): Promise<OpenBlob | undefined> {
    return this.#call(`open ${name}`, name, () => {
      const bytes = this.blobs.get(name);
      return bytes === undefined ? undefined : openBytes(bytes);
    });
  }

  create(name: string, bytes: Uint8Array): Promise<boolean> {
    return this.#call(`create ${name}`, name, () => {
      if (this.blobs.has(name)) return false;
      this.blobs.set(name, Buffer.from(bytes));
      return true;
    });
  }

  async remove(name: string): Promise<void> {
    await this.#call(`remove ${name}`, name, () => this.blobs.delete(name));
  }

  #call<T>(what: string, name: string, action: () => T): Promise<T> {
    this.calls.push(what);
    return Promise.resolve().then(() => {
      checkBlobName(name);
      return action();
    });
  }
}

async function whole(name: string, source: BlobSource, options: TransferOptions): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of watched(wholeSource(source, name), options)) parts.push(Buffer.from(part));
  refuseCancelled(options.signal);
  return Buffer.concat(parts);
}

function openBytes(bytes: Buffer): OpenBlob {
  return {
    size: bytes.length,
    version: undefined,
    pieces: (start, end) => bytesSource(bytes).read(start, end),
    close: () => Promise.resolve(),
  };
}
