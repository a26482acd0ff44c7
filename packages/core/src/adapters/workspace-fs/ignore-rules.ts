import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import ignore from 'ignore';
import type { Ignore } from 'ignore';

interface FolderRules {
  /** Workspace-relative folder of the rules; '' is the root. */
  readonly base: string;
  readonly rules: Ignore;
}

/** Never part of a project, whatever .gitignore says; the same that Nx leaves out. */
const always = new Set(['node_modules', '.git', '.nx', '.nx-ml']);

/**
 * What git ignores, by the .gitignore and .nxignore files of the workspace alone. A user's global excludes are left
 * out on purpose: they differ from machine to machine, and a run key must not.
 */
export class IgnoreRules {
  readonly #root: string;
  readonly #folders = new Map<string, FolderRules | undefined>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Is this entry ignored, given that its parent folders are not? */
  ignoresEntry(path: string, isFolder: boolean): boolean {
    if (always.has(path.slice(path.lastIndexOf('/') + 1))) return true;
    let ignored = false;
    for (const { base, rules } of this.#rulesAbove(path)) {
      const relative = base === '' ? path : path.slice(base.length + 1);
      const verdict = rules.test(isFolder ? `${relative}/` : relative);
      if (verdict.ignored) ignored = true;
      else if (verdict.unignored) ignored = false;
    }
    return ignored;
  }

  /** Is this file ignored, itself or through one of its folders? */
  ignores(path: string): boolean {
    const parts = path.split('/');
    return parts.some((_, index) => {
      const isFolder = index < parts.length - 1;
      return this.ignoresEntry(parts.slice(0, index + 1).join('/'), isFolder);
    });
  }

  #rulesAbove(path: string): readonly FolderRules[] {
    const folders = ['', ...parentFolders(path)];
    return folders.flatMap((folder) => this.#rulesOf(folder) ?? []);
  }

  #rulesOf(folder: string): FolderRules | undefined {
    if (!this.#folders.has(folder)) this.#folders.set(folder, this.#load(folder));
    return this.#folders.get(folder);
  }

  #load(folder: string): FolderRules | undefined {
    const texts = ['.gitignore', ...(folder === '' ? ['.nxignore'] : [])].flatMap(
      (name) => readIfThere(join(this.#root, folder, name)) ?? [],
    );
    return texts.length === 0 ? undefined : { base: folder, rules: ignore().add(texts.join('\n')) };
  }
}

function parentFolders(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
