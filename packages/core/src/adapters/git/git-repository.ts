import type { Revision } from '../../manifest/index.js';

export interface FileCommit {
  readonly commit: string;
  /** First line of its message. */
  readonly subject: string;
}

/** A git repository, asked through the git command. */
export class GitRepository {
  readonly #root: string;

  /** @param root absolute; a folder of the repository. */
  constructor(root: string) {
    this.#root = root;
  }

  /** @returns undefined where there is no repository, no commit yet, or no git. */
  async revision(): Promise<Revision | undefined> {
    const text = await this.#ask(['status', '--porcelain=v2', '--branch']);
    if (text === undefined) return undefined;
    const lines = text.split('\n');
    const header = (name: string): string | undefined =>
      lines.find((line) => line.startsWith(`# branch.${name} `))?.slice(`# branch.${name} `.length);
    const [commit, head] = [header('oid'), header('head')];
    if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
    const dirty = lines.some((line) => line !== '' && !line.startsWith('# '));
    return { commit, dirty, ...(head === undefined || head === '(detached)' ? {} : { branch: head }) };
  }

  /**
   * The newest commit after `since` that changed a file.
   *
   * @returns undefined when none did: the change is not committed, or `since` is not an ancestor that git still has.
   */
  async lastCommitOf(path: string, since: string): Promise<FileCommit | undefined> {
    const text = await this.#ask(['log', '-1', '--format=%H %s', `${since}..HEAD`, '--', path]);
    const match = /^([0-9a-f]{40,64}) (.*)/.exec(text ?? '');
    return match === null ? undefined : { commit: match[1] ?? '', subject: match[2] ?? '' };
  }

  /** Does the file differ from the commit that is checked out? */
  async isEdited(path: string): Promise<boolean> {
    const text = await this.#ask(['status', '--porcelain', '--', path]);
    return text !== undefined && text !== '';
  }

  async #ask(args: readonly string[]): Promise<string | undefined> {
    const { execa } = await import('execa');
    const { stdout, failed } = await execa('git', ['--no-optional-locks', ...args], {
      cwd: this.#root,
      stdin: 'ignore',
      reject: false,
      timeout: 30_000,
    });
    return failed ? undefined : stdout;
  }
}
