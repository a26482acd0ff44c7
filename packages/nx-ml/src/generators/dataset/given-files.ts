import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';

import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { compareText, digestOf, MlError } from '@nx-ml/core/kernel';
import { encodeTree } from '@nx-ml/core/store';
import type { ObjectRef } from '@nx-ml/core/store';

/** Above this many bytes in all, files are too large to be kept in git: they go to the store behind a pointer. */
export const gitLimit = 1_000_000;

/** Files of the user that become a dataset. */
export interface GivenFiles {
  readonly kind: 'file' | 'tree';
  /** Absolute path of the file or folder. */
  readonly path: string;
  /** The name that it gets in the dataset. */
  readonly name: string;
  /** Paths relative to the folder, or the one file's name; sorted. */
  readonly files: readonly string[];
  /** Bytes in all. */
  readonly size: number;
}

/** @throws MlError ERR_ML_DATA_MISSING, ERR_ML_PATH_UNSAFE */
export function findGiven(path: string): GivenFiles {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !(stats.isFile() || stats.isDirectory()))
    throw new MlError('ERR_ML_DATA_MISSING', {
      message: `${path} is no file or folder`,
      fix: 'Give --from a file, a folder or an http(s) URL. Paths are from the workspace’s root.',
    });
  if (stats.isFile()) {
    const name = basename(path);
    return { kind: 'file', path, name, files: [name], size: stats.size };
  }
  const files = filesBelow(path);
  const size = files.reduce((sum, file) => sum + statSync(join(path, file)).size, 0);
  if (files.length > 0) return { kind: 'tree', path, name: 'data', files, size };
  throw new MlError('ERR_ML_DATA_MISSING', {
    message: `${path} holds no file`,
    fix: 'Give --from a folder with data in it.',
  });
}

function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const file = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
      if (entry.isFile()) return file;
      throw new MlError('ERR_ML_PATH_UNSAFE', {
        message: `${join(folder, file)} is no regular file`,
        fix: 'Put the file itself there: a link would mean another file on another machine.',
      });
    })
    .sort(compareText);
}

/** Bytes of each file by its path in the project. */
export function readGiven({ kind, path, name, files }: GivenFiles): readonly (readonly [string, Buffer])[] {
  return kind === 'file'
    ? [[name, readFileSync(path)]]
    : files.map((file) => [`${name}/${file}`, readFileSync(join(path, file))]);
}

/** What the pointer will say, told without storing anything, so that a dry run shows it. */
export function refOf({ kind, path, name, files, size }: GivenFiles): ObjectRef {
  const folder = new WorkspaceFiles(kind === 'file' ? join(path, '..') : path);
  if (kind === 'file') return { kind, digest: folder.digestOf(name), size, files: 1 };
  const entries = files.map((file) => ({
    path: file,
    digest: folder.digestOf(file),
    size: folder.sizeOf(file),
  }));
  return { kind, digest: digestOf(encodeTree(entries)), size, files: files.length };
}

/** A glob that means this one file, whatever characters its name has. */
export function globOf(name: string): string {
  return name.replace(/[*?[\]{}()!+@]/g, '?');
}
