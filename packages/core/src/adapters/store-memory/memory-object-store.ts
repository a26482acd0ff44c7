import * as fs from 'node:fs';
import { dirname, join } from 'node:path';

import { compareText, digestOf, MlError, shortDigest } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { decodeTree, encodeTree, isUnfinished, wrongBytes } from '../../store/index.js';
import type {
  IncomingObject,
  MaterialiseOptions,
  ObjectRef,
  ObjectSource,
  ObjectStore,
  ObjectWriter,
  PutOptions,
  StoreProgress,
  TreeEntry,
  VerifyResult,
  WatchOptions,
} from '../../store/index.js';

export class MemoryObjectStore implements ObjectStore {
  /** What is kept. Open to tests that damage it. */
  readonly bytes = new Map<Digest, Buffer>();
  readonly quarantine: Buffer[] = [];
  /** What came of objects that were being received. */
  readonly partial = new Map<Digest, Buffer>();

  has(digest: Digest): Promise<boolean> {
    return Promise.resolve(this.bytes.has(digest));
  }

  missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    return Promise.resolve([...new Set(digests)].filter((digest) => !this.bytes.has(digest)));
  }

  putBytes(bytes: Uint8Array): Promise<ObjectRef> {
    const digest = digestOf(bytes);
    this.discardIfCorrupt(digest);
    this.bytes.set(digest, Buffer.from(bytes));
    return Promise.resolve({ kind: 'file', digest, size: bytes.length, files: 1 });
  }

  async putFile(path: string, options?: PutOptions): Promise<ObjectRef> {
    options?.signal?.throwIfAborted();
    if (kindOf(path) !== 'file') throw unsafe(path);
    const ref = await this.putBytes(fs.readFileSync(path));
    tell(options, [ref], { ofFiles: 1, ofBytes: ref.size });
    if (options?.by === 'link') options.onCopied?.(path, 'no-links');
    return ref;
  }

  async putTree(folder: string, options?: PutOptions): Promise<ObjectRef> {
    const entries: TreeEntry[] = [];
    const paths = listFiles(folder, '').sort(compareText);
    encodeTree(paths.map((path) => ({ path, digest: digestOf(''), size: 0 })));
    for (const path of paths) {
      options?.signal?.throwIfAborted();
      const { by, onCopied } = options ?? {};
      entries.push({ path, ...(await this.putFile(join(folder, path), { by, onCopied })) });
      tell(options, entries, { ofFiles: paths.length });
    }
    const { digest } = await this.putBytes(encodeTree(entries));
    return { kind: 'tree', digest, size: sizeOf(entries), files: entries.length };
  }

  put(path: string, options?: PutOptions): Promise<ObjectRef> {
    return kindOf(path) === 'folder' ? this.putTree(path, options) : this.putFile(path, options);
  }

  batch<T>(action: (writer: ObjectWriter) => Promise<T>): Promise<T> {
    return action(this);
  }

  readBytes(digest: Digest, limit = Number.MAX_SAFE_INTEGER): Promise<Buffer> {
    return Promise.resolve().then(() => {
      const bytes = this.verified(digest);
      if (bytes.length > limit) throw wrong(digest, `has ${String(bytes.length)} bytes`);
      return Buffer.from(bytes);
    });
  }

  async materialise(ref: ObjectRef, target: string, options: MaterialiseOptions = {}): Promise<void> {
    if (kindOf(target) === 'other') throw unsafe(target);
    const files = ref.kind === 'file' ? [{ path: '', digest: ref.digest, size: ref.size }] : this.tree(ref);
    const contents: Buffer[] = [];
    for (const [index, { digest }] of files.entries()) {
      options.signal?.throwIfAborted();
      contents.push(await this.readBytes(digest));
      tell(options, files.slice(0, index + 1), { ofFiles: files.length, ofBytes: ref.size });
    }
    const lie = files.find((file, index) => file.size !== contents[index]?.length);
    if (lie !== undefined) throw wrong(lie.digest, 'has another size than promised');
    fs.rmSync(target, { recursive: true, force: true });
    fs.mkdirSync(ref.kind === 'tree' ? target : dirname(target), { recursive: true });
    for (const [index, { path }] of files.entries()) {
      fs.mkdirSync(dirname(join(target, path)), { recursive: true });
      fs.writeFileSync(join(target, path), contents[index] ?? '', {
        mode: options.for === 'edit' ? 0o644 : 0o444,
      });
    }
  }

  async source(digest: Digest): Promise<ObjectSource> {
    const bytes = await this.readBytes(digest);
    return {
      size: bytes.length,
      // eslint-disable-next-line @typescript-eslint/require-await -- the port reads asynchronously
      async *read(start, end) {
        yield bytes.subarray(start, end);
      },
    };
  }

  async receive(incoming: IncomingObject): Promise<void> {
    const { digest, size, place } = incoming;
    const kept = this.partial.get(digest) ?? Buffer.alloc(0);
    this.partial.delete(digest);
    const bytes = await this.takeIn(incoming, kept);
    if (digestOf(bytes) === digest && bytes.length === size) await this.putBytes(bytes);
    else if (kept.length > 0) await this.receive(incoming);
    else throw wrongBytes(digest, place);
  }

  private async takeIn(incoming: IncomingObject, kept: Buffer): Promise<Buffer> {
    let bytes = kept;
    try {
      for await (const part of await incoming.read(kept.length)) {
        bytes = Buffer.concat([bytes, part]);
        if (bytes.length > incoming.size) break;
      }
      return bytes;
    } catch (error) {
      this.partial.set(incoming.digest, bytes);
      throw error;
    }
  }

  verify(ref: ObjectRef, options?: WatchOptions): Promise<VerifyResult> {
    if (options?.signal?.aborted === true) return Promise.reject(options.signal.reason as Error);
    const missing: Digest[] = [];
    const corrupt: Digest[] = [];
    const isRight = (digest: Digest): boolean => {
      if (!this.bytes.has(digest)) missing.push(digest);
      else if (this.discardIfCorrupt(digest)) corrupt.push(digest);
      else return true;
      return false;
    };
    if (isRight(ref.digest) && ref.kind === 'tree')
      for (const digest of new Set(this.tree(ref).map((entry) => entry.digest))) isRight(digest);
    return Promise.resolve({ missing, corrupt });
  }

  private tree(ref: ObjectRef): readonly TreeEntry[] {
    const entries = decodeTree(this.verified(ref.digest));
    if (entries.length === ref.files && sizeOf(entries) === ref.size) return entries;
    throw wrong(ref.digest, 'has another size or count than promised');
  }

  private verified(digest: Digest): Buffer {
    const bytes = this.bytes.get(digest);
    if (bytes === undefined)
      throw new MlError('ERR_ML_OBJECT_MISSING', {
        message: `The store does not hold ${shortDigest(digest)}`,
        fix: 'Put it first.',
      });
    if (this.discardIfCorrupt(digest))
      throw new MlError('ERR_ML_OBJECT_CORRUPT', {
        message: `The bytes of ${shortDigest(digest)} do not match its name`,
        fix: 'Put it again.',
      });
    return bytes;
  }

  private discardIfCorrupt(digest: Digest): boolean {
    const bytes = this.bytes.get(digest);
    if (bytes === undefined || digestOf(bytes) === digest) return false;
    this.quarantine.push(bytes);
    return this.bytes.delete(digest);
  }
}

function tell(
  options: WatchOptions | undefined,
  done: readonly { readonly size: number }[],
  whole: Pick<StoreProgress, 'ofFiles' | 'ofBytes'>,
): void {
  options?.onProgress?.({ files: done.length, bytes: sizeOf(done), ...whole });
}

function sizeOf(entries: readonly { readonly size: number }[]): number {
  return entries.reduce((sum, entry) => sum + entry.size, 0);
}

function kindOf(path: string): 'nothing' | 'file' | 'folder' | 'other' {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'nothing';
  return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
}

function listFiles(folder: string, prefix: string): string[] {
  return fs.readdirSync(join(folder, prefix)).flatMap((name) => {
    if (isUnfinished(name)) return [];
    const path = prefix === '' ? name : `${prefix}/${name}`;
    const kind = kindOf(join(folder, path));
    if (kind === 'folder') return listFiles(folder, path);
    if (kind === 'file') return [path];
    throw unsafe(join(folder, path));
  });
}

function unsafe(path: string): MlError {
  return new MlError('ERR_ML_PATH_UNSAFE', {
    message: `${path} is no regular file or folder`,
    fix: 'Links are neither followed nor replaced.',
  });
}

function wrong(digest: Digest, why: string): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `The object ${shortDigest(digest)} ${why}`,
    fix: 'Check what refers to it.',
  });
}
