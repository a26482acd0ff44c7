import { existsSync, realpathSync, statSync } from 'node:fs';
import { hostname } from 'node:os';

import { rootUnreadable } from '../../../gc/index.js';
import type {
  PointerRoot,
  RegisteredWorkspace,
  ResultRoot,
  RootReader,
  WorkspaceRoots,
} from '../../../gc/index.js';
import { isMlError } from '../../../kernel/index.js';
import type { MlError } from '../../../kernel/index.js';
import { hidesHistory, refuseHiddenHistory } from './hidden-history.js';
import { gitPlaceOf, submodulesOf, worktreesOf } from './repository.js';
import { readRepository } from './repository-roots.js';
import { readWorkingFiles } from './working-files.js';

/** Reads the roots of garbage collection from the folders and git repositories that registered. */
export class GitRootReader implements RootReader {
  async read(
    workspaces: readonly RegisteredWorkspace[],
    onProblem: (problem: MlError) => void,
  ): Promise<WorkspaceRoots> {
    const reading = new Reading();
    for (const workspace of workspaces) {
      try {
        await reading.addWorkspace(workspace);
      } catch (error) {
        if (!isMlError(error)) throw error;
        onProblem(error);
      }
    }
    return reading.end();
  }
}

class Reading {
  private readonly pointers: PointerRoot[] = [];
  private readonly results: ResultRoot[] = [];
  private readonly branches = new Set<string>();
  private readonly repositories = new Set<string>();
  private readonly folders = new Set<string>();

  async addWorkspace(workspace: RegisteredWorkspace): Promise<void> {
    const isThere = isReachable(workspace);
    const place = isThere ? await gitPlaceOf(workspace.path) : undefined;
    const registered = repositoryThere(workspace);
    if (registered === undefined && place === undefined) refuseLost(workspace, isThere);
    if (place !== undefined) await this.addRepository(place.git, [place.top]);
    if (registered !== undefined) await this.addRepository(registered, []);
    if (isThere) await this.addFolder(place?.top ?? realpathSync(workspace.path));
  }

  end(): WorkspaceRoots {
    const { pointers, results, branches } = this;
    const { size: repositories } = this.repositories;
    return { pointers, results, branches, repositories, worktrees: this.folders.size };
  }

  /** @param known worktrees that git may not list. */
  private async addRepository(git: string, known: readonly string[]): Promise<void> {
    if (this.repositories.has(git)) return;
    this.repositories.add(git);
    await refuseHiddenHistory(git);
    await this.readAll(git, known);
  }

  /** A repository that did not register itself and lies within one that did, such as a submodule. */
  private async addNested(git: string, known: readonly string[]): Promise<void> {
    if (this.repositories.has(git)) return;
    this.repositories.add(git);
    const before = this.pointers.length;
    const hidden = await hidesHistory(git);
    await this.readAll(git, known);
    // Where nothing points to data, it does not matter what is hidden.
    if (hidden && this.pointers.length > before) await refuseHiddenHistory(git);
  }

  private async readAll(git: string, known: readonly string[]): Promise<void> {
    const tops = [...new Set([...(await worktreesOf(git)), ...known])];
    const { pointers, branches } = await readRepository(git, tops);
    for (const pointer of pointers) this.pointers.push(pointer);
    for (const branch of branches) this.branches.add(branch);
    for (const top of tops) await this.addFolder(top);
    for (const submodule of submodulesOf(git)) await this.addNested(submodule, []);
  }

  private async addFolder(top: string): Promise<void> {
    if (this.folders.has(top)) return;
    this.folders.add(top);
    const { pointers, results, nested } = readWorkingFiles(top);
    for (const pointer of pointers) this.pointers.push(pointer);
    for (const result of results) this.results.push(result);
    for (const folder of nested) {
      const place = await gitPlaceOf(folder);
      if (place?.top === realpathSync(folder)) await this.addNested(place.git, [place.top]);
    }
  }
}

/** The folder is there, and is the one that registered: see docs/design/gc.md. */
function isReachable({ path, host, inode }: RegisteredWorkspace): boolean {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found?.isDirectory() === true && (host === hostname() || String(found.ino) === inode);
}

/** The repository that it registered with, if that is there. On another host the path means another one. */
function repositoryThere(workspace: RegisteredWorkspace): string | undefined {
  const { git, host } = workspace;
  if (git === null || !existsSync(git)) return undefined;
  return host === hostname() || isReachable(workspace) ? realpathSync(git) : undefined;
}

/** Of what neither is there nor has a repository that is there nothing can be read. @throws MlError */
function refuseLost({ path, host, git }: RegisteredWorkspace, isThere: boolean): void {
  if (isThere && git === null) return;
  const forget = `If it is gone for good: nx-ml store gc --unregister ${path}`;
  if (isThere)
    throw rootUnreadable(
      `the workspace ${path} was in the git repository ${String(git)}, which is not there`,
      `Bring it back. ${forget}`,
    );
  const where = host === hostname() ? '' : ` on ${host}`;
  throw rootUnreadable(
    `the workspace ${path}${where} uses this store and is out of reach`,
    `Mount its disk, or run this where it can be read. ${forget}`,
  );
}
