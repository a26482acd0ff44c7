import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import type { DvcRef } from '../../interop/foreign/index.js';
import { MlError } from '../../kernel/index.js';
import { runsFolder } from '../../layout/index.js';
import { datasetSource } from '../../manifest/index.js';
import type { ObjectRef } from '../../store/index.js';
import { foreignRefOf, isForeign } from './foreign-source.js';
import type { ForeignSource } from './foreign-source.js';
import type { ForeignTrees } from './foreign-trees.js';
import { seenAt } from './given-pointer.js';
import { isStored } from './given-tree.js';
import { treeRef } from './tree-ref.js';
import type { SourceDeps } from './given-tree.js';
import type { MlProject, Workspace } from '../ports.js';

export interface ForeignLookDeps {
  readonly workspace: Workspace;
  readonly foreign: ForeignTrees;
}

/**
 * The folder that code sees of data that another tool keeps.
 *
 * @returns undefined where it cannot be known yet: nobody has seen the bytes, and they are not here.
 */
export function foreignTree(
  project: MlProject,
  source: ForeignSource,
  { workspace, foreign }: ForeignLookDeps,
): Promise<ObjectRef | undefined> {
  return foreign.look(foreignRefOf(project, source, { workspace, data: foreign.data }));
}

/** A dataset of another tool whose bytes nobody has seen, so that its identity is not known. */
export interface UnseenData {
  /** `data/raw.csv (md5 22a1a2931c83) is neither in ...`. */
  readonly message: string;
  readonly fix: string;
}

/** Why the identity of a dataset without a result is not known; undefined for one that a command prepares. */
export function unseenData(
  project: MlProject,
  { workspace, foreign }: ForeignLookDeps,
): UnseenData | undefined {
  const source = project.config.kind === 'dataset' ? datasetSource(project.config) : undefined;
  if (source === undefined || !isForeign(source)) return undefined;
  const { message, fix } = foreign.missing(foreignRefOf(project, source, { workspace, data: foreign.data }));
  return { message, fix };
}

/**
 * As foreignTree, with every byte in the store afterwards. Files of the workspace are left as they are.
 *
 * @throws MlError ERR_ML_DATA_DRIFT, ERR_ML_DATA_MISSING, ERR_ML_FOREIGN_DAMAGED
 */
export async function ensureForeign(
  project: MlProject,
  source: ForeignSource,
  deps: SourceDeps,
): Promise<ObjectRef> {
  const { workspace, foreign, processMark } = deps;
  const ref = foreignRefOf(project, source, { workspace, data: foreign.data });
  const known = await foreign.recall(ref);
  const staging = join(runsFolder(workspace.root), `foreign.${randomUUID()}@${processMark}`);
  const tree =
    known !== undefined && (await isStored(known, deps)) ? known : await foreign.bring(ref, { staging });
  if (ref.tool === 'dvc') refuseDrift(ref, tree, deps);
  return tree;
}

function refuseDrift(ref: DvcRef, tree: ObjectRef, deps: SourceDeps): void {
  const found = seenAt(ref.path, deps);
  if (found === undefined || treeSeen(ref, found, deps) === tree.digest) return;
  throw new MlError('ERR_ML_DATA_DRIFT', {
    message: `${ref.path} differs from ${ref.file}`,
    fix: `Accept the change: nx-ml data add --dvc ${ref.path}, or dvc add ${ref.path}. Or go back: nx-ml data checkout ${ref.path}`,
  });
}

/** The digest of the folder that code would see of what lies in the workspace. */
function treeSeen(
  { path, isFolder }: DvcRef,
  { kind, digest }: Pick<ObjectRef, 'kind' | 'digest'>,
  { workspace }: SourceDeps,
): string {
  if (isFolder !== (kind === 'tree')) return `a ${kind}`;
  if (isFolder) return digest;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return treeRef([{ path: name, digest, size: workspace.sizeOf(path) }]).digest;
}
