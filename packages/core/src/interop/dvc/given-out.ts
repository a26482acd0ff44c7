import { checkRelativePath } from '../../kernel/index.js';
import type { DvcRef } from '../foreign/index.js';
import { parsePointer } from './hashed-data.js';
import { isWithin } from './paths.js';
import { dvcError } from './problem.js';

/**
 * The data of a .dvc file that a dataset names as its pointer.
 *
 * @param file workspace-relative.
 * @throws MlError ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE
 */
export function readDvcRef(text: string, file: string): DvcRef {
  const { data } = parsePointer(text, file);
  const [out] = data;
  if (out === undefined || data.length > 1)
    throw dvcError({
      where: file,
      message: `keeps ${String(data.length)} files or folders, and a dataset has one`,
      fix: 'Give each a .dvc file of its own (dvc add), and a dataset for each.',
    });
  const { path, md5, isFolder, legacy, remote, size, files } = out;
  if (path === '' || isWithin(file, path))
    throw dvcError({
      where: file,
      message: 'names a folder that it lies in itself',
      fix: 'Put the .dvc file beside its data, as dvc add does.',
    });
  checkRelativePath(path);
  const sum = { kind: legacy ? 'md5-dos2unix' : 'md5', hex: md5 } as const;
  const noted = { size, files: isFolder ? files : 1, remote };
  return { tool: 'dvc', file, path, sum, isFolder, ...noted };
}
