import { verifySource } from '../../bundle/index.js';
import type { BundleSource, SourceFile, VerifiedBundle, VerifyOptions } from '../../bundle/index.js';
import { isMlError, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { decodeTree } from '../../store/index.js';
import type { ObjectRef, ObjectStore, TreeEntry } from '../../store/index.js';

/** A bundle as the store has it: a tree that is an OCI layout. */
class StoredSource implements BundleSource {
  readonly #entries: ReadonlyMap<string, TreeEntry>;

  constructor(
    entries: readonly TreeEntry[],
    private readonly objects: ObjectStore,
  ) {
    this.#entries = new Map(entries.map((entry) => [entry.path, entry]));
  }

  list(): Promise<readonly SourceFile[]> {
    return Promise.resolve([...this.#entries.values()].map(({ path, size }) => ({ path, size })));
  }

  async read(path: string, limit: number): Promise<Buffer> {
    return this.objects.readBytes(this.#at(path).digest, limit);
  }

  async measure(path: string): Promise<{ readonly digest: Digest; readonly size: number }> {
    const { digest } = this.#at(path);
    // All of its bytes were read and found right.
    const { size } = await this.objects.source(digest);
    return { digest, size };
  }

  #at(path: string): TreeEntry {
    const entry = this.#entries.get(path);
    if (entry !== undefined) return entry;
    throw new MlError('ERR_ML_BUNDLE_DAMAGED', {
      message: `A bundle is damaged: it has no ${path}`,
      fix: 'Package the model again: nx run MODEL:package',
    });
  }
}

/**
 * Reads all of a stored bundle, as verifySource does with a folder.
 *
 * @param bundle the output `bundle` of the step `package`
 * @throws MlError as verifySource; ERR_ML_OBJECT_MISSING and ERR_ML_OBJECT_CORRUPT where the store has lost some of it
 */
export async function verifyStoredBundle(
  bundle: ObjectRef,
  options: VerifyOptions,
  objects: ObjectStore,
): Promise<VerifiedBundle> {
  try {
    return await verifySource(
      new StoredSource(decodeTree(await objects.readBytes(bundle.digest)), objects),
      options,
    );
  } catch (error) {
    if (!isMlError(error) || error.code !== 'ERR_ML_OBJECT_MISSING') throw error;
    const { code, message, cause } = error;
    throw new MlError(code, {
      message,
      fix: 'Package the model again (nx run MODEL:package --skip-nx-cache), or pull it from the store that has it.',
      cause,
    });
  }
}
