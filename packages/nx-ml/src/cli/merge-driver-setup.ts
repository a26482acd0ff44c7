import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageManagerOf } from './package-manager.js';

/** The line of .gitattributes by which git merges pointers with nx-ml. */
const attributesLine = '*.ref.json merge=nx-ml-pointer';
export const attributesFile = '.gitattributes';

const driverKey = 'merge.nx-ml-pointer.driver';

/** The text of .gitattributes with the line; undefined where it has one for these files already. */
export function withAttributes(before: string): string | undefined {
  if (before.split(/\r?\n/).some((line) => /^\*\.ref\.json\s.*\bmerge\b/.test(line.trim()))) return undefined;
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${attributesLine}\n`;
}

/**
 * Tells this clone's git how pointers are merged: git takes no commands from the repository, so each clone is told.
 *
 * @param root absolute; the workspace.
 */
export function configureMergeDriver(root: string): 'told' | 'knew' | 'no repository' {
  const prefix = git(root, ['rev-parse', '--show-prefix']);
  if (prefix === undefined) return 'no repository';
  const command = driverCommand(root, prefix);
  if (git(root, ['config', '--local', '--get', driverKey]) === command) return 'knew';
  git(root, ['config', '--local', 'merge.nx-ml-pointer.name', 'data pointers, by nx-ml']);
  git(root, ['config', '--local', driverKey, command]);
  return 'told';
}

/** git runs it at the top of the worktree. The installed command itself starts faster than any package manager. */
function driverCommand(root: string, prefix: string): string {
  const bin = 'node_modules/.bin/nx-ml';
  const start = existsSync(join(root, bin))
    ? `'${`${prefix}${bin}`.replaceAll("'", "'\\''")}'`
    : [...packageManagerOf(readdirSync(root), undefined).exec, 'nx-ml'].join(' ');
  return `${start} data merge-driver %O %A %B %P`;
}

/** @returns the new text of .gitattributes, where it has to change. */
export function neededAttributes(root: string): string | undefined {
  const file = join(root, attributesFile);
  return withAttributes(existsSync(file) ? readFileSync(file, 'utf8') : '');
}

function git(cwd: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd, encoding: 'utf8' });
  return status === 0 ? stdout.replace(/\n$/, '') : undefined;
}
