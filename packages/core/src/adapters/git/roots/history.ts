import { pointerPathspecs } from '../../../gc/index.js';
import { askGit, collect, exitCode, gitFailed, startGit } from './git-command.js';

/** Where a text stands: the newest commit that brought it there. */
export interface FoundText {
  readonly path: string;
  readonly commit?: string;
}

/** By git's name of the text, then by path: the same text may stand under several names. */
export type FoundTexts = Map<string, Map<string, FoundText>>;

/** What is a link or a submodule is no pointer, whatever its name. */
const fileMode = '100';

/**
 * Every text that ever stood under a pointer's name in a commit that can be reached from refs, reflogs, HEADs of all
 * worktrees or `extra`. Each commit is compared with each of its parents, so that nothing that a merge brought or
 * dropped goes unseen.
 *
 * @param git the git folder.
 */
export async function readHistory(git: string, extra: readonly string[], found: FoundTexts): Promise<void> {
  const commits = { cwd: git, args: ['rev-list', '--all', '--reflog', '--stdin'], env: { GIT_DIR: git } };
  const walk = startGit(commits);
  walk.stdin?.on('error', () => undefined);
  walk.stdin?.end(extra.map((name) => `${name}\n`).join(''));
  const errors = collect(walk.stderr);
  const options = ['--stdin', '--root', '-m', '-r', '-z', '--no-renames', '--diff-filter=AMT'];
  const args = ['diff-tree', ...options, '--', ...pointerPathspecs];
  const [code, changes] = await Promise.all([
    exitCode(walk, commits),
    askGit({ cwd: git, args, env: { GIT_DIR: git }, from: walk }),
  ]);
  if (code !== 0) throw gitFailed(commits, errors().toString('utf8'));
  readChanges(changes.toString('utf8'), found);
}

/** Reads commits, each followed by its changes: `:mode mode blob blob letter`, and the path. All end with NUL. */
function readChanges(text: string, found: FoundTexts): void {
  const tokens = text.split('\0');
  let commit = '';
  for (let index = 0; index < tokens.length - 1; index += 1) {
    const token = tokens[index] ?? '';
    if (!token.startsWith(':')) {
      commit = token;
      continue;
    }
    index += 1;
    const [, mode = '', , blob = ''] = token.split(' ');
    if (mode.startsWith(fileMode)) remember(found, blob, { path: tokens[index] ?? '', commit });
  }
}

function remember(found: FoundTexts, blob: string, text: FoundText): void {
  const paths = found.get(blob) ?? new Map<string, FoundText>();
  if (!paths.has(text.path)) paths.set(text.path, text);
  found.set(blob, paths);
}

/** Pointers in the index of a worktree, unresolved stages too. @param top the worktree's own folder. */
export async function readIndex(top: string, found: FoundTexts): Promise<void> {
  const args = ['ls-files', '--stage', '-z', '--', ...pointerPathspecs];
  readEntries(await askGit({ cwd: top, args }), found);
}

/** Pointers in a tree that a tag names directly. */
export async function readTree(git: string, tree: string, found: FoundTexts): Promise<void> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', tree];
  const listed = await askGit({ cwd: git, args, env: { GIT_DIR: git } });
  const endings = pointerPathspecs.map((spec) => spec.slice(1));
  readEntries(listed, found, (path) => endings.some((ending) => path.endsWith(ending)));
}

/** Lines of `ls-files` (mode, blob, stage) and of `ls-tree` (mode, type, blob); a tab; the path. All end with NUL. */
function readEntries(
  listed: Buffer,
  found: FoundTexts,
  isWanted: (path: string) => boolean = () => true,
): void {
  for (const line of listed.toString('utf8').split('\0')) {
    const tab = line.indexOf('\t');
    const [mode = '', ...more] = line.slice(0, tab).split(' ');
    const blob = more.find((part) => /^[0-9a-f]{40,64}$/.test(part));
    const path = line.slice(tab + 1);
    if (tab > 0 && blob !== undefined && mode.startsWith(fileMode) && isWanted(path))
      remember(found, blob, { path });
  }
}
