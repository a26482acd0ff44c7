import type { FileCommit, Revision } from '../../documents/index.js';
import { askGit, commitNamed } from './ask-git.js';

/** Further back nobody looks for the reason of a change. */
const mostCommits = 5000;

/** A git repository, asked through the git command. Paths are relative to the folder that it was opened at. */
export class GitRepository {
  readonly #root: string;

  /** @param root absolute; a folder of the repository. */
  constructor(root: string) {
    this.#root = root;
  }

  /** @returns undefined where there is no repository, no commit yet, or no git. */
  async revision(): Promise<Revision | undefined> {
    const text = await this.#ask(['status', '--porcelain=v2', '--branch']);
    const lines = text?.split('\n') ?? [];
    const header = (name: string): string | undefined =>
      lines.find((line) => line.startsWith(`# branch.${name} `))?.slice(`# branch.${name} `.length);
    const [commit, head] = [header('oid'), header('head')];
    if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
    const dirty = lines.some((line) => line !== '' && !line.startsWith('# '));
    return { commit, dirty, ...(head === undefined || head === '(detached)' ? {} : { branch: head }) };
  }

  /** Who commits here, by git's own settings; undefined where it does not know. */
  async userName(): Promise<string | undefined> {
    const name = (await this.#ask(['config', 'user.name']))?.trim();
    return name === '' ? undefined : name;
  }

  /**
   * The newest commit after `since` that changed each file.
   *
   * @returns undefined when git does not have that commit, as in a shallow clone.
   */
  async commitsSince(since: string): Promise<ReadonlyMap<string, FileCommit> | undefined> {
    const range = ['-n', String(mostCommits), `${since}..HEAD`];
    const text = await this.#ask(['log', '-z', '--format=%x01%H %s', '--name-only', '--relative', ...range]);
    return text === undefined ? undefined : commitsIn(text);
  }

  /** @returns the full hash of what a commit, branch or tag names; undefined where that is none. */
  commit(revision: string): Promise<string | undefined> {
    return commitNamed(this.#root, revision);
  }

  /** A commit and those that it came from, newest first; no further back than anybody looks, nor than a shallow clone goes. */
  async withAncestors(commit: string): Promise<readonly string[]> {
    const text = await this.#ask(['rev-list', '-n', String(mostCommits), '--end-of-options', commit]);
    return text === undefined || text === '' ? [] : text.split('\n');
  }

  /** The newest commit that two came from; undefined where there is none in this clone. */
  async mergeBase(one: string, other: string): Promise<string | undefined> {
    const text = await this.#ask(['merge-base', '--end-of-options', one, other]);
    return text === undefined || text === '' ? undefined : text.trim();
  }

  /**
   * The commit before the one that brought a file first.
   *
   * @returns null where that is the repository’s first; undefined where no commit brought it.
   */
  async beforeFirst(path: string): Promise<string | null | undefined> {
    const added = ['--diff-filter=A', '--no-renames', '--topo-order', '--format=%H %P'];
    const text = await this.#ask(['log', ...added, 'HEAD', '--', `:(literal)${path}`]);
    const [commit, parent] = text?.split('\n').at(-1)?.match(/\S+/g) ?? [];
    return commit === undefined ? undefined : (parent ?? null);
  }

  /** Does the clone lack commits before the oldest that it has? */
  async isShallow(): Promise<boolean> {
    return (await this.#ask(['rev-parse', '--is-shallow-repository'])) === 'true';
  }

  /** The bytes of files at a commit, by path; those that it does not hold are left out. */
  async filesAt(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const asked = paths.filter((path) => !path.includes('\n')); // One a line, and no other way to say it.
    if (asked.length === 0) return new Map();
    const names = asked.map((path) => `${commit}:./${path}\n`).join('');
    const printed = await askGit(this.#root, ['cat-file', '--batch'], names);
    return filesIn(printed ?? Buffer.of(), asked);
  }

  /** Files that differ from the commit that is checked out, or are not in it and not ignored. */
  async uncommitted(): Promise<ReadonlySet<string>> {
    const [edited, added] = await Promise.all([
      this.#ask(['diff', '-z', '--name-only', '--relative', 'HEAD']),
      this.#ask(['ls-files', '-z', '--others', '--exclude-standard']),
    ]);
    return new Set(`${edited ?? ''}\0${added ?? ''}`.split('\0').filter((path) => path !== ''));
  }

  async #ask(args: readonly string[]): Promise<string | undefined> {
    const { execa } = await import('execa');
    const { stdout, failed } = await execa('git', ['--no-optional-locks', ...args], {
      cwd: this.#root,
      stdin: 'ignore',
      reject: false,
      timeout: 30_000,
      maxBuffer: 100_000_000,
    });
    return failed ? undefined : stdout;
  }
}

/** Reads commits, newest first: each a \x01, its hash and subject, and the files it changed, all ended by NUL. */
function commitsIn(text: string): ReadonlyMap<string, FileCommit> {
  const found = new Map<string, FileCommit>();
  for (const block of text.split('\x01').slice(1)) {
    const [headline = '', ...names] = block.split('\0');
    const space = headline.indexOf(' ');
    const commit = { commit: headline.slice(0, space), subject: headline.slice(space + 1) };
    for (const name of names) {
      const path = name.replace(/^\n/, '');
      if (path !== '' && !found.has(path)) found.set(path, commit);
    }
  }
  return found;
}

/** In the order in which they were asked for: a line with kind and size, the bytes and a line end; or a line that says that there is none. */
function filesIn(bytes: Buffer, paths: readonly string[]): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  let at = 0;
  for (const path of paths) {
    const end = bytes.indexOf('\n', at);
    if (end === -1) break;
    const [, kind, size] = /^\w+ (\w+) (\d+)$/.exec(bytes.toString('utf8', at, end)) ?? [];
    const next = end + 1 + Number(size ?? 0);
    if (kind === 'blob') found.set(path, bytes.subarray(end + 1, next));
    at = size === undefined ? next : next + 1;
  }
  return found;
}
