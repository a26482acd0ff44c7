import { dataPathOf, isOwnPointer, readPointer } from '../../data/index.js';
import type { PointedSide } from './data-side.js';
import { OwnSide } from './own-side.js';
import { SeenSide } from './seen-side.js';
import type { PointedDeps, SidesDeps } from './sides-deps.js';

/**
 * What a pointer names, ours or a .dvc file.
 *
 * @throws MlError ERR_ML_POINTER_INVALID, ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE
 */
export async function pointedSide(pointer: string, text: string, deps: PointedDeps): Promise<PointedSide> {
  if (isOwnPointer(pointer))
    return new OwnSide(dataPathOf(pointer), await readPointer(text, pointer), deps.objects);
  const [{ readDvcRef }, { DvcSide }] = await Promise.all([
    import('../../interop/dvc/index.js'),
    import('./dvc-side.js'),
  ]);
  const { trees } = await deps.dvc();
  return new DvcSide(readDvcRef(text, pointer), { objects: deps.objects, foreign: trees });
}

/** What lies in the workspace; undefined where nothing does. @throws MlError those of WorkspaceData */
export function seenSide(path: string, deps: SidesDeps): SeenSide | undefined {
  const seen = deps.data.look(path);
  return seen && new SeenSide(path, seen, deps);
}
