import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { checkRelativePath, MlError } from '../../kernel/index.js';

/** A pointer or a configuration is smaller. Bytes. */
const mostBytes = 1_000_000;

/** Nothing of a repository may start a program: no helper protocols, no prompt. */
const guarded = { GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh' };

interface Answer {
  readonly ok: boolean;
  readonly text: string;
  readonly reason: string;
}

/** A repository of somebody, read at single commits. One that is not on this machine is fetched as far as needed. */
export class GitSource {
  readonly workingCopy: string | undefined;
  readonly #name: string;
  readonly #folder: string;
  readonly #url: string | undefined;

  private constructor({ name, folder, url }: { name: string; folder: string; url: string | undefined }) {
    this.#name = name;
    this.#folder = folder;
    this.#url = url;
    this.workingCopy = url === undefined ? folder : undefined;
  }

  /**
   * @param repository a folder, relative to `root`, or what git takes as a URL; `git+` before it is left out.
   * @throws MlError ERR_ML_USAGE
   */
  static async open(repository: string, root: string): Promise<GitSource> {
    const address = repository.replace(/^git\+/, '');
    if (address.startsWith('-')) throw unknown(repository, 'is no address of a repository');
    const folder = resolve(root, address);
    if ((await stat(folder).catch(() => undefined))?.isDirectory() === true)
      return new GitSource({ name: repository, folder, url: undefined });
    if (!/^(?:(?:file|git|https?|ssh):\/\/|[\w.-]+@[\w.-]+:)/.test(address))
      throw unknown(repository, 'is neither a folder nor an address of a repository');
    const fetched = await mkdtemp(join(tmpdir(), 'nx-ml-git-'));
    const source = new GitSource({ name: repository, folder: fetched, url: address });
    await source.#git(['init', '--quiet', '--bare']);
    return source;
  }

  async commit(revision = 'HEAD'): Promise<string> {
    if (revision.startsWith('-') || revision === '') throw unknown(revision, 'is no revision');
    const name = this.#url === undefined ? revision : await this.#fetch(this.#url, revision);
    const { ok, text } = await this.#git([
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${name}^{commit}`,
    ]);
    if (ok && /^[0-9a-f]{40,64}$/.test(text.trim())) return text.trim();
    throw unknown(this.#name, `has no revision ${revision}`);
  }

  async read(commit: string, path: string): Promise<string | undefined> {
    const object = `${commit}:${checkRelativePath(path)}`;
    const size = await this.#git(['cat-file', '-s', object]);
    if (!size.ok || Number(size.text) > mostBytes) return undefined;
    const blob = await this.#git(['cat-file', 'blob', object]);
    return blob.ok ? blob.text : undefined;
  }

  async close(): Promise<void> {
    if (this.#url !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  /** One commit alone, where the server gives it by that name; else all that it has. @returns its name here. */
  async #fetch(url: string, revision: string): Promise<string> {
    const quiet = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules'];
    const one = await this.#git([...quiet, '--depth', '1', '--', url, revision]);
    if (one.ok) return 'FETCH_HEAD';
    const all = await this.#git([
      ...quiet,
      '--',
      url,
      '+refs/heads/*:refs/heads/*',
      '+refs/tags/*:refs/tags/*',
    ]);
    if (all.ok) return revision;
    throw new MlError('ERR_ML_DOWNLOAD_FAILED', {
      message: `${withoutUser(this.#name)} cannot be fetched: ${all.reason}`,
      fix: 'Try it by hand: git ls-remote, followed by the address. Credentials are those of git.',
    });
  }

  async #git(args: readonly string[]): Promise<Answer> {
    const { execa } = await import('execa');
    const { stdout, stderr, failed } = await execa('git', ['--no-optional-locks', ...args], {
      cwd: this.#folder,
      env: guarded,
      stdin: 'ignore',
      reject: false,
      stripFinalNewline: false,
      timeout: 600_000,
      maxBuffer: 2 * mostBytes,
    });
    return { ok: !failed, text: stdout, reason: withoutUser(stderr.trim().split('\n').at(-1) ?? '') };
  }
}

function withoutUser(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, '//').slice(0, 300);
}

function unknown(what: string, why: string): MlError {
  return new MlError('ERR_ML_USAGE', {
    message: `${withoutUser(what)} ${why}`,
    fix: 'Name a folder with a git repository or its URL, and with --rev a branch, tag or commit of it.',
  });
}
