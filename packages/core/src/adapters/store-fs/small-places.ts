import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { errnoOf } from './failures.js';

import { objectMissing } from './object-files.js';
import type { ObjectFiles } from './object-files.js';
import type { Measured } from './pump.js';
import { scratchBlock } from './scratch-block.js';
import type { StoreFolder } from './store-folder.js';

/** How files are to reach the workspace. */
export interface PlaceManner {
  readonly use: 'read' | 'edit';
  /** Whether the file system of the target is known to clone. */
  readonly canClone: boolean;
}

/**
 * Puts verified objects of less than a block into the workspace, without a promise between the calls: for a small file that
 * would cost several times what the calls do.
 */
export class SmallPlaces {
  private readonly block = scratchBlock('place');

  constructor(
    private readonly folder: StoreFolder,
    private readonly objects: ObjectFiles,
  ) {}

  /** @returns false when the object is not what was expected; then nobody may be given what stands at the path */
  place(expected: Measured, path: string, manner: PlaceManner): boolean {
    const isShared = this.share(expected.digest, path, manner);
    const bytes = this.read(isShared ? path : undefined, expected);
    if (bytes.length !== expected.size || digestOf(bytes) !== expected.digest) return false;
    const mode = manner.use === 'edit' ? 0o644 : 0o444;
    if (!isShared) this.write(path, bytes, mode);
    else if (manner.canClone) this.folder.workspace.chmod(path, mode);
    return true;
  }

  /** @returns false where the file system can share nothing */
  private share(digest: Digest, path: string, { use, canClone }: PlaceManner): boolean {
    const { workspace } = this.folder;
    const object = this.folder.object(digest);
    try {
      if (canClone && workspace.clone(object, path)) return true;
      return use === 'read' && !canClone && workspace.link(object, path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || this.objects.has(digest)) throw error;
      this.objects.assertMounted();
      throw objectMissing([digest], this.folder.root);
    }
  }

  /** What was shared is read where it is; else the object itself. */
  private read(path: string | undefined, { digest, size }: Measured): Buffer {
    const file = path === undefined ? this.objects.open(digest) : this.folder.workspace.open(path);
    try {
      return this.block.subarray(0, file.readSmall(this.block, size));
    } finally {
      file.close();
    }
  }

  private write(path: string, bytes: Buffer, mode: number): void {
    const file = this.folder.workspace.create(path, mode);
    try {
      file.write(bytes);
    } finally {
      file.close();
    }
  }
}
