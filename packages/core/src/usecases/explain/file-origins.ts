import type { FileCommit, Revision } from '../../documents/index.js';
import type { SourceControl } from '../ports.js';

/** Who changed a file after a run: a commit, or nobody yet. */
export type FileOrigin = ({ readonly state: 'committed' } & FileCommit) | { readonly state: 'uncommitted' };

/** Looks files up in version control, which is asked once for each commit to start from. */
export class FileOrigins {
  readonly #sourceControl: SourceControl;
  readonly #commits = new Map<string, ReturnType<SourceControl['commitsSince']>>();
  #uncommitted: ReturnType<SourceControl['uncommitted']> | undefined;

  constructor(sourceControl: SourceControl) {
    this.#sourceControl = sourceControl;
  }

  /** @param since where the run was; without it there is no answer. */
  async of(path: string, since: Revision | undefined): Promise<FileOrigin | undefined> {
    this.#uncommitted ??= this.#sourceControl.uncommitted();
    if ((await this.#uncommitted).has(path)) return { state: 'uncommitted' };
    if (since === undefined) return undefined;
    const commits = this.#commits.get(since.commit) ?? this.#sourceControl.commitsSince(since.commit);
    this.#commits.set(since.commit, commits);
    const commit = (await commits)?.get(path);
    return commit === undefined ? undefined : { state: 'committed', ...commit };
  }

  /** The first answer among several files. */
  async ofFirst(paths: readonly string[], since: Revision | undefined): Promise<FileOrigin | undefined> {
    for (const path of paths) {
      const origin = await this.of(path, since);
      if (origin !== undefined) return origin;
    }
    return undefined;
  }
}
