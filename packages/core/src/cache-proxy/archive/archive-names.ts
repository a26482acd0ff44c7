import { checkRelativePath, foldPath, isMlError } from '../../kernel/index.js';
import { refusedArchive } from './refused-archive.js';
import { staysWithin } from './link-target.js';

type NameKind = 'file' | 'folder' | 'link';

export interface NamedEntry {
  readonly kind: NameKind;
  readonly path: string;
  /** Of a link. */
  readonly target: string;
}

/**
 * The names of an archive, one after the other as they come: each safe, none twice on any file system, none below a file or
 * a link, and links that stay within the workspace.
 */
export class ArchiveNames {
  readonly #kinds = new Map<string, NameKind>();
  /** Folders that are meant by the names below them. */
  readonly #implied = new Set<string>();

  get count(): number {
    return this.#kinds.size;
  }

  /** @throws MlError ERR_ML_CACHE_ENTRY_MALFORMED */
  add({ kind, path, target }: NamedEntry): void {
    const shown = JSON.stringify(path.slice(0, 200));
    if (!isSafe(path))
      throw refusedArchive(
        `holds the path ${shown}, which leads out of the workspace or fits no file system`,
      );
    const fold = foldPath(path);
    if (this.#kinds.has(fold)) throw refusedArchive(`holds ${shown} twice`);
    if (kind !== 'folder' && this.#implied.has(fold))
      throw refusedArchive(`holds ${shown} as file and folder`);
    this.#checkParents(fold, shown);
    if (kind === 'link' && !staysWithin(path, target))
      throw refusedArchive(`holds the link ${shown} to ${JSON.stringify(target.slice(0, 200))}`);
    this.#kinds.set(fold, kind);
  }

  #checkParents(fold: string, shown: string): void {
    for (let end = fold.lastIndexOf('/'); end > 0; end = fold.lastIndexOf('/', end - 1)) {
      const parent = fold.slice(0, end);
      const kind = this.#kinds.get(parent);
      if (kind === 'file' || kind === 'link') throw refusedArchive(`holds ${shown} below a ${kind}`);
      if (this.#implied.has(parent)) return;
      this.#implied.add(parent);
    }
  }
}

/** Most file systems take no longer name. Bytes. */
const maxSegment = 255;

function isSafe(path: string): boolean {
  try {
    checkRelativePath(path);
    return path.split('/').every((name) => Buffer.byteLength(name) <= maxSegment);
  } catch (error) {
    if (isMlError(error)) return false;
    throw error;
  }
}
