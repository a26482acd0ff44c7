import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { encodePointer } from '../../../../documents/index.js';
import { pointedDigests } from '../../../../gc/index.js';
import type { RegisteredWorkspace, WorkspaceRoots } from '../../../../gc/index.js';
import { digestOf } from '../../../../kernel/index.js';
import type { Digest } from '../../../../kernel/index.js';
import { GitRootReader } from '../root-reader.js';

const settings = ['user.name=spec', 'user.email=spec@localhost', 'protocol.file.allow=always'];

/** Runs git in a folder. @returns what it said */
export function gitIn(cwd: string, ...args: readonly string[]): string {
  const options = settings.flatMap((setting) => ['-c', setting]);
  return execFileSync('git', [...options, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** The pointer to a file with this text. */
export function pointer(text: string): string {
  return encodePointer({ kind: 'file', digest: digestOf(text), size: text.length, files: 1 });
}

/** The error of roots that cannot be told, with this in its message. */
export function refusal(text: string): unknown {
  return expect.objectContaining({
    code: 'ERR_ML_ROOTS_UNREADABLE',
    message: expect.stringContaining(text) as string,
  });
}

/** A repository in a temporary folder, and what the reader finds to keep in it. */
export class RootScene {
  readonly base = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-roots-')));
  /** Where the methods below work; a spec may move on to another clone or worktree. */
  root = join(this.base, 'repo');

  constructor() {
    mkdirSync(this.root);
    this.git('init', '--quiet', '--initial-branch=main');
  }

  remove(): void {
    rmSync(this.base, { recursive: true, force: true });
  }

  git(...args: readonly string[]): string {
    return gitIn(this.root, ...args);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  point(path: string, what: string): void {
    this.write(`${path}.ref.json`, pointer(what));
  }

  /** @returns the id of the commit */
  commit(message: string): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  registered(changes: Partial<RegisteredWorkspace> = {}): RegisteredWorkspace {
    return {
      id: 'spec',
      host: hostname(),
      path: this.root,
      inode: statSync(this.root, { bigint: true, throwIfNoEntry: false })?.ino.toString() ?? '0',
      git: join(this.root, '.git'),
      ...changes,
    };
  }

  /** @param workspaces the one at the root when none is given */
  read(...workspaces: readonly RegisteredWorkspace[]): Promise<WorkspaceRoots> {
    const asked = workspaces.length === 0 ? [this.registered()] : workspaces;
    return new GitRootReader().read(asked, (problem) => {
      throw problem;
    });
  }

  async kept(...workspaces: readonly RegisteredWorkspace[]): Promise<Set<Digest>> {
    const { pointers } = await this.read(...workspaces);
    const names = await Promise.all(pointers.map(pointedDigests));
    return new Set(names.flat().map(({ digest }) => digest));
  }

  /** Expects that what is kept are files with these texts. */
  async keeps(...texts: readonly string[]): Promise<void> {
    expect([...(await this.kept())].sort()).toEqual(texts.map((text) => digestOf(text)).sort());
  }
}
