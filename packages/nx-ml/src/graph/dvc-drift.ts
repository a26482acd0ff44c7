import { join, posix } from 'node:path';

import { entriesBelow, isSameFile, md5OfText } from '@nx-ml/core/adapters/foreign-fs';
import type { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import type { WorkspaceData } from '@nx-ml/core/data';
import { folderObjectText, readDvcRef } from '@nx-ml/core/interop/dvc';
import type { DvcRef } from '@nx-ml/core/interop/foreign';
import { datasetSource, parseMlYaml } from '@nx-ml/core/manifest';

import { memoryOf, Noted } from '../memory/index.js';

export interface DvcDriftInput {
  /** Files of the workspace. */
  readonly listed: readonly string[];
  readonly files: WorkspaceFiles;
  readonly data: Pick<WorkspaceData, 'look'>;
}

/**
 * The data behind .dvc files that datasets name, where it lies in the workspace and is not what the .dvc file says. Files that
 * did not change are not read: neither their sha256, which `data` remembers, nor whether it goes with the md5.
 */
export function dvcDrift(root: string, { listed, files, data }: DvcDriftInput): readonly string[] {
  const known = new Noted(memoryOf<boolean>(root, 'dvc-seen'));
  const refs = listed
    .filter((path) => /(?:^|\/)ml\.yaml$/.test(path))
    .flatMap((path) => dvcRefAt(path, files));
  if (refs.length === 0) return [];
  const drifted = refs.flatMap((ref) => {
    const digest = data.look(ref.path)?.ref.digest;
    if (digest === undefined) return [];
    const key = [ref.sum.kind, ref.sum.hex, digest].join(' ');
    const before = known.get(key);
    const isSame = before ?? isAsNamed(root, ref);
    if (before === undefined) known.set(key, isSame);
    return isSame ? [] : [`${ref.file} ${digest}`];
  });
  known.keep();
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
