import { posix } from 'node:path';

import { formatFiles, logger } from '@nx/devkit';
import type { Tree } from '@nx/devkit';
import { MlError } from '@nx-ml/core/kernel';

import { presentProjects } from './ml-projects.js';

export interface NewProject {
  readonly name: string;
  /** Workspace-relative. */
  readonly root: string;
  /** Writes the project's files into the tree that it is given. */
  readonly write: (tree: Tree) => void;
}

/**
 * Writes a project, formatted. Where it is already there, exactly as it would be written, nothing changes and that is
 * said; where anything of it differs, it belongs to the user and is refused.
 *
 * @throws MlError ERR_ML_PROJECT_EXISTS
 */
export async function addProject(
  tree: Tree,
  { name, root, write }: NewProject,
): Promise<'added' | 'unchanged'> {
  const namesake = (await presentProjects(tree)).find((project) => project.name === name);
  if (namesake !== undefined && namesake.root !== root) throw taken(name, namesake.root, []);
  const wasThere = tree.exists(`${root}/ml.yaml`);
  const { recorder, before } = recordWrites(tree);
  write(recorder);
  await formatFiles(tree);
  const changed = [...before].filter(([path, bytes]) => bytes?.equals(tree.read(path) ?? empty) !== true);
  const clashes = wasThere ? changed : changed.filter(([, bytes]) => bytes !== null);
  if (clashes.length > 0)
    throw taken(
      name,
      root,
      clashes.map(([path]) => posix.relative(root, path)),
    );
  if (!wasThere) return 'added';
  logger.info(`${name} is in ${root} already, just as it would be generated: nothing changed.`);
  return 'unchanged';
}

const empty = Buffer.alloc(0);

/** The same tree, but it remembers what each file held before it was first written; null: it was not there. */
function recordWrites(tree: Tree): {
  readonly recorder: Tree;
  readonly before: ReadonlyMap<string, Buffer | null>;
} {
  const before = new Map<string, Buffer | null>();
  const write: Tree['write'] = (file, content, options) => {
    const path = posix.normalize(file);
    if (!before.has(path)) before.set(path, tree.exists(path) ? tree.read(path) : null);
    tree.write(path, content, options);
  };
  return { recorder: Object.create(tree, { write: { value: write } }) as Tree, before };
}

function taken(name: string, root: string, differing: readonly string[]): MlError {
  const shown = differing.slice(0, 5);
  const more = differing.length > shown.length ? [`and ${String(differing.length - shown.length)} more`] : [];
  return new MlError('ERR_ML_PROJECT_EXISTS', {
    message: `a project ${name} is in ${root} already${shown.length > 0 ? ', and these files would change' : ''}`,
    detail: [...shown, ...more],
    fix: 'Choose another name, or move that project away first. Nothing was written.',
  });
}
