import type { Tree } from '@nx/devkit';
import type { ImportPlan } from '@nx-ml/core/interop/dvc-import';
import { MlError } from '@nx-ml/core/kernel';

/** Texts by path; undefined: there is no such file. */
type Texts = ReadonlyMap<string, string | undefined>;

/** The files that an import writes, as they are in the tree. */
export function importedTexts({ projects, directory }: ImportPlan, tree: Tree): Texts {
  const paths = [...projects.map(({ root }) => `${root}/ml.yaml`), `${directory}/README.md`];
  return new Map(paths.map((path) => [path, tree.read(path, 'utf-8') ?? undefined]));
}

const shown = 20;

/**
 * Fails where an import changed a file: what throws in a generator leaves the workspace as it was.
 *
 * @param command what to type to import again.
 * @throws MlError ERR_ML_DVC_DRIFT
 */
export function refuseChanges(before: Texts, after: Texts, command: string): void {
  const changed = [...after.keys()].filter((path) => after.get(path) !== before.get(path));
  if (changed.length === 0) return;
  const lines = changed.map(
    (path) => `${before.get(path) === undefined ? 'is missing' : 'differs   '}  ${path}`,
  );
  const more = lines.length > shown ? [`and ${String(lines.length - shown)} more`] : [];
  throw new MlError('ERR_ML_DVC_DRIFT', {
    message: `${countOf(changed.length)} not what dvc.yaml and the params files say`,
    detail: [...lines.slice(0, shown), ...more],
    fix: `Take their changes over (${command}; git diff then shows what changed), or undo them.`,
  });
}

function countOf(files: number): string {
  return files === 1 ? '1 file is' : `${String(files)} files are`;
}
