import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { rootUnreadable } from '../../../gc/index.js';
import { messageOf } from '../../../kernel/index.js';
import { askGit } from './git-command.js';

/** Where a folder stands in git. */
export interface GitPlace {
  /** The git folder that all worktrees share. */
  readonly git: string;
  /** The folder of the worktree. */
  readonly top: string;
}

/** @returns undefined for a folder that is in no repository. @throws MlError ERR_ML_ROOTS_UNREADABLE */
export async function gitPlaceOf(folder: string): Promise<GitPlace | undefined> {
  const args = ['rev-parse', '--path-format=absolute', '--git-common-dir', '--show-toplevel'];
  try {
    const [git = '', top = ''] = (await askGit({ cwd: folder, args })).toString('utf8').split('\n');
    return { git: realpathSync(git), top: realpathSync(top) };
  } catch (error) {
    // That git refuses to look, as in a repository of another user, is no such answer.
    if (messageOf(error).includes('not a git repository')) return undefined;
    throw error;
  }
}

/**
 * The worktrees of a repository that have files.
 *
 * @throws MlError ERR_ML_ROOTS_UNREADABLE when the folder of one is not there.
 */
export async function worktreesOf(git: string): Promise<readonly string[]> {
  const args = ['worktree', 'list', '--porcelain'];
  const listed = (await askGit({ cwd: git, args, env: { GIT_DIR: git } })).toString('utf8');
  const tops = listed.split('\n\n').flatMap((block) => {
    const fields = block.split('\n');
    const path = fields.find((field) => field.startsWith('worktree '))?.slice('worktree '.length);
    // Of a submodule git names the git folder itself.
    return path === undefined || fields.includes('bare') || isSame(path, git) ? [] : [path];
  });
  for (const top of tops)
    if (!existsSync(top))
      throw rootUnreadable(
        `the worktree ${top} of ${git} is not there, and files in it may need data`,
        'Mount its disk. If it is gone for good: git worktree prune',
      );
  return tops.map((top) => realpathSync(top));
}

function isSame(one: string, other: string): boolean {
  return existsSync(one) && realpathSync(one) === other;
}

/** The git folders of a repository and of its worktrees, where each sets something aside. */
export function gitFoldersOf(git: string): readonly string[] {
  const worktrees = join(git, 'worktrees');
  return [git, ...foldersIn(worktrees)];
}

/** Git folders of submodules, checked out or not. */
export function submodulesOf(git: string): readonly string[] {
  const found: string[] = [];
  const waiting = foldersIn(join(git, 'modules'));
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    // The name of a submodule may have slashes.
    if (existsSync(join(folder, 'HEAD')) && existsSync(join(folder, 'objects'))) found.push(folder);
    else waiting.push(...foldersIn(folder));
  }
  return found;
}

function foldersIn(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const items = readdirSync(folder, { withFileTypes: true });
  return items.filter((item) => item.isDirectory()).map(({ name }) => join(folder, name));
}
