import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { compareText, digestOf, isMlError, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { decodePointer } from '../../documents/index.js';
import { encodeTree } from '../../store/index.js';
import type { ObjectRef, TreeEntry } from '../../store/index.js';
import { isStored, refuseOther } from './given-tree.js';
import { treeRef } from './tree-ref.js';
import type { SourceDeps } from './given-tree.js';
import { inProject } from '../in-project.js';
import { pointerText } from './pointer-text.js';
import type { MlProject, Workspace } from '../ports.js';

function readPointer(project: MlProject, path: string, workspace: Workspace): ObjectRef {
  const file = inProject(project, path);
  const text = pointerText(file, workspace);
  if (text !== undefined) return decodePointer(text, file);
  throw new MlError('ERR_ML_DATA_MISSING', {
    message: `${project.root}/ml.yaml names the pointer ${path}, which is not there`,
    fix: `Create it: nx-ml data add ${file.replace(/\.ref\.json$/, '')}`,
  });
}

/** The folder that code sees, by the pointer alone. */
export function pointedTree(project: MlProject, path: string, workspace: Workspace): ObjectRef {
  const ref = readPointer(project, path, workspace);
  return ref.kind === 'tree' ? ref : treeRef([singleEntry(path, ref)]);
}

/** What a pointer to one file counts as; undefined for a pointer to a folder, whose list only the store has. */
export function pointedEntry(
  project: MlProject,
  path: string,
  workspace: Workspace,
): readonly TreeEntry[] | undefined {
  const ref = readPointer(project, path, workspace);
  return ref.kind === 'tree' ? undefined : [singleEntry(path, ref)];
}

function singleEntry(path: string, { digest, size }: ObjectRef): TreeEntry {
  return { path: basename(pointedPath(path)), digest, size };
}

/** Where the bytes of a pointer lie in the workspace: beside it, under its name without the ending. */
export function pointedPath(pointer: string): string {
  return pointer.replace(/\.ref\.json$/, '');
}

/** @throws MlError ERR_ML_DATA_DRIFT, ERR_ML_DATA_MISSING, ERR_ML_SOURCE_CHANGED */
export async function ensurePointed(project: MlProject, path: string, deps: SourceDeps): Promise<void> {
  const { workspace, stores } = deps;
  const ref = readPointer(project, path, workspace);
  const target = inProject(project, pointedPath(path));
  const absolute = join(workspace.root, target);
  const present = await stat(absolute).then(
    () => true,
    () => false,
  );
  if (present) refuseDrift(target, ref, deps);
  if (!(await isStored(ref, deps))) {
    if (!present) await refuseUnreachable(target, ref, deps);
    else refuseOther(await stores.objects.put(absolute), ref, target);
  }
  if (ref.kind === 'file') await stores.objects.putBytes(encodeTree([singleEntry(path, ref)]));
  // A private copy: people edit their data, and must not write through a link into the store.
  if (!present) await stores.objects.materialise(ref, absolute, { for: 'edit' });
}

/** Only who is asked for the bytes tells why they cannot be had: a remote that fails may have them. */
async function refuseUnreachable(target: string, ref: ObjectRef, { stores }: SourceDeps): Promise<void> {
  try {
    await stores.objects.source(ref.digest);
  } catch (cause) {
    if (!isMlError(cause) || cause.code === 'ERR_ML_CANCELLED') throw cause;
    throw new MlError('ERR_ML_DATA_MISSING', {
      message: `${target} is neither in the workspace nor in the store, and only its pointer is here`,
      fix: `Bring it from a remote: nx-ml data pull ${target}. Or copy the data there from where it was added, and run again.`,
      detail: [`${cause.message}. ${cause.fix}`],
      cause,
    });
  }
}

function refuseDrift(target: string, ref: ObjectRef, deps: SourceDeps): void {
  const found = seenAt(target, deps);
  if (found?.kind === ref.kind && found.digest === ref.digest) return;
  throw new MlError('ERR_ML_DATA_DRIFT', {
    message: `${target} differs from its pointer ${target}.ref.json`,
    fix: `Accept the change: nx-ml data add ${target}. Or go back: remove ${target}, and the next run brings what the pointer names.`,
  });
}

/**
 * What lies at a path of the workspace, as it would be in the store; a file that did not change since the last look is not
 * read. Links, which no store takes, are followed, and all is read.
 */
export function seenAt(
  path: string,
  { data, workspace }: Pick<SourceDeps, 'data' | 'workspace'>,
): Pick<ObjectRef, 'kind' | 'digest'> | undefined {
  try {
    return data.look(path)?.ref;
  } catch (error) {
    if (!isMlError(error) || error.code !== 'ERR_ML_PATH_UNSAFE') throw error;
    const kind = workspace.tree.isFile(path) ? 'file' : 'tree';
    return { kind, digest: workspaceDigest(path, kind, workspace) };
  }
}

/** Digest that a file or folder of the workspace would have in the store. */
export function workspaceDigest(
  path: string,
  kind: ObjectRef['kind'],
  workspace: Pick<Workspace, 'digestOf' | 'sizeOf' | 'glob'>,
): Digest {
  if (kind === 'file') return workspace.digestOf(path);
  const entries = workspace.glob(path, ['**/*']).map((file) => ({
    path: file.slice(path.length + 1),
    digest: workspace.digestOf(file),
    size: workspace.sizeOf(file),
  }));
  return digestOf(encodeTree(entries.sort((a, b) => compareText(a.path, b.path))));
}
