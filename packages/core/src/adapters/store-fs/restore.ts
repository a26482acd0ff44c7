import { dirname, join } from 'node:path';

import { isMlError, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { decodeTree } from '../../store/index.js';
import type { MaterialiseOptions, ObjectRef, Placement, TreeEntry } from '../../store/index.js';
import { errnoOf } from './failures.js';
import { blockSize } from './flow-ends.js';
import type { Misfit, PlaceJob } from './hand.js';
import { Hands, jobSize, manyFiles } from './hands.js';
import { objectMissing } from './object-files.js';
import type { ObjectFiles } from './object-files.js';
import type { Measured, Pump } from './pump.js';
import type { Received } from './received.js';
import type { PlaceManner } from './small-places.js';
import type { Mark } from './source.js';
import type { StoreFolder } from './store-folder.js';
import type { Watch } from './watch.js';

/** The longest text that every supported Node can decode is just above it. */
const maxTreeBytes = 500_000_000;

/** Reads the verified bytes of an object; the folder store's `readBytes`. */
export type ReadBytes = (digest: Digest, limit: number) => Promise<Buffer>;

export interface RestoreParts {
  readonly folder: StoreFolder;
  readonly objects: ObjectFiles;
  readonly pump: Pump;
  readonly read: ReadBytes;
  readonly use: NonNullable<MaterialiseOptions['for']>;
  readonly watch: Watch;
  /** Devices on which a clone was refused before. */
  readonly refusing: Set<bigint>;
  /** What need not be read once more. */
  readonly received: Received;
}

/** Builds one verified object at a path where nothing stands yet. */
export class Restore {
  /** Given up at the first refusal: a failed attempt costs more than a link. */
  private canClone = true;

  constructor(private readonly parts: RestoreParts) {}

  async build(ref: ObjectRef, path: string): Promise<void> {
    const { folder, refusing } = this.parts;
    const device = folder.workspace.look(dirname(path))?.dev ?? 0n;
    this.canClone = !refusing.has(device);
    await this.place(ref, path);
    if (!this.canClone) refusing.add(device);
  }

  private async place(ref: ObjectRef, path: string): Promise<void> {
    if (ref.kind === 'file') await this.placeFile(ref, path);
    else await this.placeTree(ref, path);
  }

  private async placeTree(ref: ObjectRef, path: string): Promise<void> {
    const entries = await readTree(ref, this.parts.read);
    const small = entries.filter(isSmall);
    const large = entries.filter((entry) => !isSmall(entry));
    this.assertComplete(entries.length < manyFiles ? entries : large);
    this.makeFolders(entries, path);
    // The first one shows how the file system can share.
    for (const entry of [...small.splice(0, 1), ...large])
      await this.placeFile(entry, join(path, entry.path));
    await this.placeSmallFiles(small, path);
  }

  private makeFolders(entries: readonly TreeEntry[], path: string): void {
    this.parts.folder.workspace.makeFolder(path);
    let last = '.';
    for (const entry of entries) {
      const parent = dirname(entry.path);
      // Sorted as they are, the files of a folder mostly stand together; to make one twice is harmless.
      if (parent !== last) this.parts.folder.workspace.makeFolder(join(path, parent));
      last = parent;
    }
  }

  private async placeSmallFiles(entries: readonly TreeEntry[], path: string): Promise<void> {
    const { folder, objects, use, watch } = this.parts;
    const hands = new Hands({ folder, objects, files: entries.length });
    const misfits: Misfit[] = [];
    const done = (misfit: Misfit | undefined, job: PlaceJob): void => {
      if (misfit !== undefined) misfits.push(misfit);
      watch.advance(
        job.sizes.length,
        job.sizes.reduce((sum, size) => sum + size, 0),
      );
    };
    try {
      const jobs = placeJobs(entries, path, { use, canClone: this.canClone });
      await hands.all('place', jobs, { watch, done });
    } catch (error) {
      if (isMlError(error) && error.code === 'ERR_ML_OBJECT_MISSING') this.assertComplete(entries);
      throw error;
    } finally {
      await hands.end();
    }
    const [misfit] = misfits;
    if (misfit !== undefined) await this.refuse(misfit);
  }

  /** Tells what is wrong: an object that is larger than what refers to it says was not read to its end. */
  private async refuse({ expected, path }: Misfit): Promise<never> {
    const { objects, folder, pump } = this.parts;
    folder.workspace.discard(path);
    await this.placeFile(expected, path);
    throw await objects.condemn(expected.digest, pump);
  }

  /** All that is missing is told at once. */
  private assertComplete(entries: readonly TreeEntry[]): void {
    const { objects, folder } = this.parts;
    const missing = [...new Set(entries.map((entry) => entry.digest))].filter(
      (digest) => !objects.has(digest),
    );
    if (missing.length === 0) return;
    objects.assertMounted();
    throw objectMissing(missing, folder.root);
  }

  private async placeFile({ digest, size }: Measured, path: string): Promise<void> {
    const { objects, pump, received } = this.parts;
    const mark = received.take(digest);
    const placement = this.share(digest, path);
    const known = mark === undefined ? undefined : this.asReceived(digest, { path, placement, mark });
    const found = known ?? (placement === 'copy' ? await this.copy(digest, path) : await this.hash(path));
    if (found.digest !== digest) throw await objects.condemn(digest, pump);
    if (found.size !== size) throw wrongSize(digest, size, found.size);
    if (placement === 'reflink')
      this.parts.folder.workspace.chmod(path, this.parts.use === 'edit' ? 0o644 : 0o444);
    this.parts.watch.advance(1, 0);
  }

  /** What was shared, when it is what this process hashed as it came; undefined: it must be read. */
  private asReceived(
    digest: Digest,
    { path, placement, mark }: { readonly path: string; readonly placement: Placement; readonly mark: Mark },
  ): Measured | undefined {
    const { received, watch } = this.parts;
    const isSame =
      (placement === 'link' && received.isLinkTo(path, mark)) ||
      (placement === 'reflink' && received.isUntouched(digest, mark));
    if (!isSame) return undefined;
    const size = Number(mark[2]);
    watch.advance(0, size);
    return { digest, size };
  }

  /** Puts the object there without copying, if the file system lets us. */
  private share(digest: Digest, path: string): Placement {
    const { folder, objects, use } = this.parts;
    try {
      this.canClone &&= folder.workspace.clone(folder.object(digest), path);
      if (this.canClone) return 'reflink';
      return use === 'read' && folder.workspace.link(folder.object(digest), path) ? 'link' : 'copy';
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || objects.has(digest)) throw error;
      objects.assertMounted();
      throw objectMissing([digest], folder.root);
    }
  }

  private copy(digest: Digest, path: string): Promise<Measured> {
    const { folder, objects, pump, use } = this.parts;
    return objects
      .open(digest)
      .using((object) =>
        folder.workspace
          .create(path, use === 'edit' ? 0o644 : 0o444)
          .using((target) => pump.run(object, target)),
      );
  }

  private hash(path: string): Promise<Measured> {
    return this.parts.folder.workspace.open(path).using((file) => this.parts.pump.run(file));
  }
}

function isSmall({ size }: TreeEntry): boolean {
  return size < blockSize;
}

function* placeJobs(entries: readonly TreeEntry[], folder: string, manner: PlaceManner): Generator<PlaceJob> {
  for (let first = 0; first < entries.length; first += jobSize) {
    const part = entries.slice(first, first + jobSize);
    const paths = part.map((entry) => join(folder, entry.path));
    const digests = part.map((entry) => entry.digest);
    yield { paths, digests, sizes: part.map((entry) => entry.size), manner };
  }
}

/**
 * The entries of a stored tree.
 *
 * @throws MlError ERR_ML_DOCUMENT_INVALID when the reference promises other sizes than the document
 */
export async function readTree(ref: ObjectRef, read: ReadBytes): Promise<readonly TreeEntry[]> {
  const entries = decodeTree(await read(ref.digest, maxTreeBytes));
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (entries.length !== ref.files) throw wrongSize(ref.digest, ref.files, entries.length);
  if (size !== ref.size) throw wrongSize(ref.digest, ref.size, size);
  return entries;
}

function wrongSize(digest: Digest, expected: number, found: number): MlError {
  return new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `What refers to ${digest} promises a size or count of ${String(expected)}, but it is ${String(found)}`,
    fix: 'Restore the pointer or manifest from git: it was edited or damaged.',
  });
}
