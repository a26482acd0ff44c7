import { folderOf, pathInWorkspace } from './paths.js';
import { DvcDocument } from './document.js';
import { lockSchema, pointerSchema } from './schema.js';
import type { HashedPath } from './schema.js';
import { dvcError } from './problem.js';

/** A file or folder that DVC keeps by its content. */
export interface HashedData {
  /** Workspace-relative. */
  readonly path: string;
  /** 32 hexadecimal digits: of the bytes, or of the list of files for a folder. */
  readonly md5: string;
  readonly isFolder: boolean;
  /**
   * True for what DVC 2 and older wrote: there line ends of text files are read as `\n` before they are hashed, and the
   * cache has another layout.
   */
  readonly legacy: boolean;
  /** In bytes, of all files of a folder; undefined where DVC did not note it. */
  readonly size: number | undefined;
  /** How many files a folder has; undefined where DVC did not note it. */
  readonly files?: number | undefined;
  /** The remote that it is kept in, where it is not that of the project. */
  readonly remote?: string | undefined;
}

export interface DvcPointer {
  readonly data: readonly HashedData[];
  /** True for `dvc import` and `dvc import-url`. */
  readonly imported: boolean;
}

/**
 * Reads a .dvc file.
 *
 * @param file workspace-relative.
 * @throws MlError ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE
 */
export function parsePointer(text: string, file: string): DvcPointer {
  const document = new DvcDocument(text, file);
  const what = 'a .dvc file';
  const { outs, deps, wdir } = document.check(document.value, { path: [], schema: pointerSchema, what });
  const folder = pathInWorkspace(wdir ?? '.', folderOf(file), document.place(['wdir']));
  const data = outs.map((out, index) => hashedData(out, { folder, where: document.place(['outs', index]) }));
  return { data, imported: (deps ?? []).length > 0 };
}

/**
 * What dvc.lock says that a stage made; undefined: it never ran.
 *
 * @param folder the stage's working folder.
 * @throws MlError ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE
 */
export function lockedOuts(
  text: string,
  file: string,
  { stage, folder }: { readonly stage: string; readonly folder: string },
): readonly HashedData[] | undefined {
  const document = new DvcDocument(text, file);
  const { stages = {} } = document.check(document.value, { path: [], schema: lockSchema, what: 'dvc.lock' });
  if (!Object.hasOwn(stages, stage)) return undefined;
  return (stages[stage]?.outs ?? []).map((out, index) =>
    hashedData(out, { folder, where: document.place(['stages', stage, 'outs', index]) }),
  );
}

/** @throws MlError ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE */
export function hashedData(
  { path, md5, hash, size, nfiles, remote }: HashedPath,
  { folder, where }: { readonly folder: string; readonly where: string },
): HashedData {
  if (md5 === undefined)
    throw dvcError({
      where,
      message: `keeps ${path} without an MD5 sum (in cloud storage, or never downloaded)`,
      fix: 'Bring it under DVC by its content: dvc import-url without --no-download, or dvc add.',
    });
  return {
    path: pathInWorkspace(path, folder, where),
    md5: md5.slice(0, 32),
    isFolder: md5.endsWith('.dir'),
    legacy: hash === undefined,
    size,
    ...(nfiles === undefined ? {} : { files: nfiles }),
    ...(typeof remote === 'string' ? { remote } : {}),
  };
}
