import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { lfsObjectPath } from '../../interop/lfs/index.js';
import type { FoundFile } from '../../interop/foreign/index.js';
import { hexOf, MlError } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { measureFile } from './measure-file.js';

/** What git-lfs keeps for a repository, all of its worktrees together. */
export class LfsObjects {
  readonly #root: string;
  #folder: string | undefined;

  /** @param root absolute; a folder of the repository. */
  constructor(root: string) {
    this.#root = root;
  }

  /** @throws MlError ERR_ML_FOREIGN_DAMAGED */
  async find(digest: Digest): Promise<FoundFile | undefined> {
    this.#folder ??= lfsFolder(this.#root);
    const path = join(this.#folder, lfsObjectPath(digest));
    if (!existsSync(path)) return undefined;
    const found = await measureFile(path, { kind: 'sha256', hex: hexOf(digest) });
    if (found !== undefined) return found;
    throw new MlError('ERR_ML_FOREIGN_DAMAGED', {
      message: `${path}: what git-lfs has for it is damaged, its bytes are not what its name says`,
      fix: 'Remove that file, and bring it again: git lfs pull. git lfs fsck finds others.',
    });
  }
}

function lfsFolder(root: string): string {
  const common = ask(root, ['rev-parse', '--git-common-dir']) ?? '.git';
  const moved = ask(root, ['config', '--get', 'lfs.storage']);
  const git = resolve(root, common);
  return moved === undefined ? join(git, 'lfs') : resolve(git, moved);
}

function ask(root: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', timeout: 30_000 });
  const text = status === 0 ? stdout.trim() : '';
  return text === '' ? undefined : text;
}
