import { maxLfsPointerBytes, readLfsPointer } from '../../interop/lfs/index.js';
import type { LfsPointer } from '../../interop/lfs/index.js';
import { MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { ForeignTrees } from './foreign-trees.js';
import type { Workspace } from '../ports.js';

/** Version line and oid line are there; a smaller file is no pointer and need not be opened. Bytes. */
const minBytes = 100;

type Files = Pick<Workspace, 'tree' | 'sizeOf' | 'digestOf'>;

/**
 * The file that a Git LFS pointer in the workspace stands for; undefined for a file that is none, as after `git lfs pull`.
 *
 * @throws MlError ERR_ML_POINTER_INVALID for a malformed pointer.
 */
export function lfsPointerAt(
  path: string,
  workspace: Pick<Files, 'tree' | 'sizeOf'>,
): LfsPointer | undefined {
  const size = workspace.sizeOf(path);
  if (size < minBytes || size > maxLfsPointerBytes) return undefined;
  return readLfsPointer(workspace.tree.readText(path) ?? '', path);
}

/** What a data file of the workspace is: a Git LFS pointer counts as what it stands for. */
export function contentOf(
  path: string,
  workspace: Files,
): { readonly digest: Digest; readonly size: number } {
  const pointer = lfsPointerAt(path, workspace);
  return pointer ?? { digest: workspace.digestOf(path), size: workspace.sizeOf(path) };
}

/**
 * Where git-lfs has the file behind a pointer; absolute, verified.
 *
 * @throws MlError ERR_ML_DATA_MISSING, ERR_ML_FOREIGN_DAMAGED
 */
export async function lfsObjectOf(
  { digest }: LfsPointer,
  path: string,
  foreign: ForeignTrees,
): Promise<string> {
  const found = await foreign.data.lfsObject(digest);
  if (found !== undefined) return found.at;
  throw pointerOnly(path, 'its bytes are not in .git/lfs');
}

/**
 * A command that opened such a file would get the text of the pointer and take it for data.
 *
 * @throws MlError ERR_ML_DATA_MISSING
 */
export function refusePointerText(paths: readonly string[], workspace: Pick<Files, 'tree' | 'sizeOf'>): void {
  const pointer = paths.find((path) => lfsPointerAt(path, workspace) !== undefined);
  if (pointer !== undefined) throw pointerOnly(pointer, 'a command would read its text as data');
}

function pointerOnly(path: string, why: string): MlError {
  return new MlError('ERR_ML_DATA_MISSING', {
    message: `${path} is only a Git LFS pointer here, and ${why}`,
    fix: `git lfs pull --include="${path}"`,
  });
}
