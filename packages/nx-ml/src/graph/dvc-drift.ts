import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';

import { entriesBelow, isSameFile, md5OfText } from '@nx-ml/core/adapters/foreign-fs';
import type { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { folderObjectText, readDvcRef } from '@nx-ml/core/interop/dvc';
import type { DvcRef } from '@nx-ml/core/interop/foreign';
import { datasetSource, parseMlYaml } from '@nx-ml/core/manifest';
import { workspaceDigest } from '@nx-ml/core/usecases';

import { memoryOf, Noted } from '../memory/index.js';

/**
 * The data behind .dvc files that datasets name, where it lies in the workspace and is not what the .dvc file says. Files that
 * did not change are not read: neither their sha256, which `files` remembers, nor whether it goes with the md5.
 *
 * @param listed files of the workspace.
 */
export function dvcDrift(root: string, listed: readonly string[], files: WorkspaceFiles): readonly string[] {
  const refs = listed
    .filter((path) => /(?:^|\/)ml\.yaml$/.test(path))
    .flatMap((path) => dvcRefAt(path, files))
    .filter((ref) => existsSync(join(root, ref.path)));
  if (refs.length === 0) return [];
  const seen = new Noted(memoryOf<boolean>(root, 'dvc-seen'));
  const drifted = refs.flatMap((ref) => {
    const digest = workspaceDigest(ref.path, ref.isFolder ? 'tree' : 'file', files);
    const key = [ref.sum.kind, ref.sum.hex, digest].join(' ');
    const known = seen.get(key);
    const isSame = known ?? isAsNamed(root, ref);
    if (known === undefined) seen.set(key, isSame);
    return isSame ? [] : [`${ref.file} ${digest}`];
  });
  seen.keep();
  return drifted;
}

function dvcRefAt(file: string, files: WorkspaceFiles): readonly DvcRef[] {
  const text = files.readText(file) ?? '';
  const parsed = text.includes('.dvc') ? parseMlYaml(text, file) : undefined;
  if (parsed?.ok !== true || parsed.config.kind !== 'dataset') return [];
  const source = datasetSource(parsed.config);
  if (source.from !== 'dvc') return [];
  const pointer = posix.join(posix.dirname(file), source.path);
  const written = files.readText(pointer);
  return written === undefined ? [] : [readDvcRef(written, pointer)];
}

function isAsNamed(root: string, { path, sum, isFolder }: DvcRef): boolean {
  const [at, legacy] = [join(root, path), sum.kind === 'md5-dos2unix'];
  if (!isFolder) return isSameFile(at, { md5: sum.hex, legacy });
  return md5OfText(folderObjectText(entriesBelow(at, legacy))) === sum.hex;
}
