import { importClosure } from '../index.js';
import type { ImportClosure } from '../index.js';
import { memoryTree, projectsAt } from './memory-tree.js';

/** Files by workspace-relative path. */
export type Files = Readonly<Record<string, string>>;

/** A model whose training script is the entry, and three libraries. */
export const projects = projectsAt('models/spam', 'libs/text', 'libs/io', 'libs/other');

export function closure(files: Files, entry = 'models/spam/train.py'): ImportClosure {
  return importClosure([entry], { tree: memoryTree(files), projects });
}

/** The files that the entry, with this source, brings along. */
export function brings(source: string, files: Files, entry = 'models/spam/train.py'): string[] {
  const found = closure({ ...files, [entry]: source }, entry);
  return found.files.filter((path) => path !== entry);
}
