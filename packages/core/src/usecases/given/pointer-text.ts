import { MlError } from '../../kernel/index.js';
import type { Workspace } from '../ports.js';

/** Pointers of ours have 1 KB; a .dvc file of several outputs and annotations may have more. Bytes. */
const mostBytes = 1_000_000;

/**
 * The text of a pointer; undefined where there is none. Its size is looked at first: under a pointer's name may lie the data itself.
 *
 * @param file workspace-relative.
 * @throws MlError ERR_ML_POINTER_INVALID
 */
export function pointerText(file: string, workspace: Pick<Workspace, 'tree' | 'sizeOf'>): string | undefined {
  if (!workspace.tree.isFile(file)) return undefined;
  const size = workspace.sizeOf(file);
  if (size <= mostBytes) return workspace.tree.readText(file);
  throw new MlError('ERR_ML_POINTER_INVALID', {
    message: `${file} is no data pointer: it has ${String(size)} bytes`,
    fix: 'Restore it from git: git checkout -- followed by its path.',
  });
}
