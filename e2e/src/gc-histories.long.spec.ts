import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { GitRootReader } from '@nx-ml/core/adapters/git/roots';
import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { openGcStore } from '@nx-ml/core/adapters/store-fs/gc';
import { encodePointer } from '@nx-ml/core/documents';
import { parseDigest } from '@nx-ml/core/kernel';
import { decodeTree } from '@nx-ml/core/store';
import { collectGarbage } from '@nx-ml/core/usecases/store';
import type { GarbageOutcome } from '@nx-ml/core/usecases/store';

const histories = 30;
const actions = 24;
const dayMs = 86_400_000;

/** Whole numbers from 0 to below a limit, the same at every run (xorshift). */
function drawFrom(seed: number): (limit: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return limit === 0 ? 0 : (state >>> 0) % limit;
  };
}

/** A repository, its worktrees and a store, and someone who uses them at random. */
class History {
  readonly base = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-history-')));
  readonly draw: (limit: number) => number;
  readonly #trees = [join(this.base, 'repo')];
  readonly #store = join(this.base, 'store');
  #now = Date.now();
  #named = 0;

  constructor(seed: number) {
    this.draw = drawFrom(seed);
    mkdirSync(this.#main);
    this.git(this.#main, 'init', '--quiet', '--initial-branch=main');
    this.git(this.#main, 'commit', '--quiet', '--allow-empty', '-m', 'start');
  }

  get #main(): string {
    return this.#trees[0] ?? '';
  }

  /** What git says; empty where it refuses, as it often does what is asked at random. */
  git(cwd: string, ...args: readonly string[]): string {
    const who = ['-c', 'user.name=spec', '-c', 'user.email=spec@localhost'];
    try {
      return execFileSync('git', [...who, ...args], {
        cwd,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch {
      return '';
    }
  }

  async act(): Promise<void> {
    const tree = this.#trees[this.draw(this.#trees.length)] ?? this.#main;
    const git = (...args: readonly string[]): unknown => this.git(tree, ...args);
    const branches = this.git(tree, 'for-each-ref', '--format=%(refname:short)', 'refs/heads')
      .trim()
      .split('\n');
    const branch = branches[this.draw(branches.length)] ?? 'main';
    this.#named += 1;
    const acts: readonly (() => unknown)[] = [
      () => this.#add(tree),
      () => this.#add(tree),
      () => this.#add(tree),
      () => git('add', '--all'),
      () => [git('add', '--all'), git('commit', '--quiet', '-m', 'work')],
      () => [git('add', '--all'), git('commit', '--quiet', '-m', 'work')],
      () => git('commit', '--quiet', '--amend', '--allow-empty', '-m', 'amended'),
      () => git('checkout', '--quiet', '-b', `branch-${String(this.#named)}`),
      () => git('checkout', '--quiet', branch),
      () => git('branch', '-D', branch),
      () => git('reset', '--quiet', '--hard', 'HEAD~'),
      () => git('reset', '--quiet', '--hard', `HEAD@{${String(this.draw(6))}}`),
      () => git('stash', 'push', '--quiet', '--include-untracked'),
      () => git('stash', 'pop', '--quiet'),
      () => git('stash', 'drop', '--quiet'),
      () => git('merge', '--quiet', '-X', 'ours', '-m', 'merge', branch),
      () => git('rebase', '--quiet', '-X', 'theirs', branch),
      () => [git('rm', '--quiet', '--force', `data-${String(this.draw(3))}.ref.json`)],
      () => git('tag', `tag-${String(this.#named)}`),
      () => {
        this.#addWorktree();
      },
      () => {
        this.#removeWorktree();
      },
      () => git('reflog', 'expire', '--expire=now', '--all'),
    ];
    await acts[this.draw(acts.length)]?.();
    // What stopped in the midst of a merge would stop all that follows.
    if (this.git(tree, 'ls-files', '--unmerged') !== '') {
      git('rebase', '--abort');
      git('reset', '--quiet', '--hard');
    }
  }

  async collect(): Promise<GarbageOutcome> {
    this.#now += (this.draw(3) + 8) * dayMs;
    const clock = { now: () => this.#now, monotonic: () => this.#now };
    const [store, stores] = [
      await openGcStore(this.#store),
      await openFolderStore({ root: this.#store, readOnly: true }),
    ];
    const policy = { keepDays: 90, keepLast: 3 };
    const request = { workspaces: [], policy, graceMs: 7 * dayMs, acceptedBlobs: new Set<string>() };
    return collectGarbage(request, { store, stores, roots: new GitRootReader(), clock }, () => undefined);
  }

  /** What git and the files need, found the slow way. */
  async needed(): Promise<ReadonlySet<string>> {
    const texts = [...this.#blobs()].map((name) => this.git(this.#main, 'cat-file', 'blob', name));
    for (const tree of this.#trees)
      for (const file of readdirSync(tree).filter(isPointer))
        texts.push(readFileSync(join(tree, file), 'utf8'));
    const digests = texts.flatMap((text) => /sha256:[0-9a-f]{64}/.exec(text) ?? []);
    const { objects } = await openFolderStore({ root: this.#store, readOnly: true });
    const needed = new Set<string>(digests);
    for (const digest of new Set(digests))
      for (const entry of decodeTree(await objects.readBytes(parseDigest(digest)))) needed.add(entry.digest);
    return needed;
  }

  /** Pointers in every commit and index, by git's name. */
  #blobs(): ReadonlySet<string> {
    const heads = ['ORIG_HEAD', 'MERGE_HEAD', 'REBASE_HEAD', 'CHERRY_PICK_HEAD'];
    const aside = this.#trees.flatMap((tree) =>
      heads.map((head) => this.git(tree, 'rev-parse', '--verify', '--quiet', head).trim()),
    );
    const starts = aside.filter((commit) => commit !== '');
    const commits = this.git(this.#main, 'rev-list', '--all', '--reflog', ...starts);
    const trees = linesOf(commits).flatMap((commit) =>
      linesOf(this.git(this.#main, 'ls-tree', '-r', commit)),
    );
    const indexes = this.#trees.flatMap((tree) => linesOf(this.git(tree, 'ls-files', '--stage')));
    return new Set([
      ...trees.filter(isPointer).map((line) => line.split(/\s/)[2] ?? ''),
      ...indexes.filter(isPointer).map((line) => line.split(' ')[1] ?? ''),
    ]);
  }

  stored(): ReadonlySet<string> {
    const folder = join(this.#store, 'objects/sha256');
    if (!existsSync(folder)) return new Set();
    return new Set(
      readdirSync(folder).flatMap((shard) =>
        readdirSync(join(folder, shard)).map((rest) => `sha256:${shard}${rest}`),
      ),
    );
  }

  async #add(tree: string): Promise<void> {
    const clock = { now: () => this.#now, monotonic: () => this.#now };
    const { objects } = await openFolderStore({ root: this.#store, usedBy: tree, clock });
    const folder = mkdtempSync(join(this.base, 'data-'));
    for (let count = this.draw(3); count >= 0; count -= 1) {
      const text = `content ${String(this.draw(8))}`;
      writeFileSync(join(folder, text), text);
    }
    writeFileSync(
      join(tree, `data-${String(this.draw(3))}.ref.json`),
      encodePointer(await objects.putTree(folder)),
    );
  }

  #addWorktree(): void {
    if (this.#trees.length >= 3) return;
    const path = join(this.base, `tree-${String(this.#named)}`);
    this.git(this.#main, 'worktree', 'add', '--quiet', '--detach', path);
    if (existsSync(path)) this.#trees.push(path);
  }

  #removeWorktree(): void {
    const [path] = this.#trees.splice(1, 1);
    if (path !== undefined) this.git(this.#main, 'worktree', 'remove', '--force', path);
  }
}

function isPointer(name: string): boolean {
  return name.endsWith('.ref.json');
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

describe('gc over real histories', () => {
  it('keeps all that git and its worktrees need, and in the end nothing else', async () => {
    let deleted = 0;
    for (let seed = 1; seed <= histories; seed += 1) {
      const history = new History(seed);
      for (let act = 1; act <= actions; act += 1) {
        await history.act();
        if (act % 6 !== 0 || history.stored().size === 0) continue;
        deleted += (await history.collect()).deleted.length;
        const there = history.stored();
        expect([...(await history.needed())].filter((digest) => !there.has(digest))).toEqual([]);
      }
      if (history.stored().size > 0) {
        for (let round = 0; round < 2; round += 1) await history.collect();
        expect(history.stored()).toEqual(await history.needed());
      }
      rmSync(history.base, { recursive: true, force: true });
    }
    expect(deleted).toBeGreaterThan(histories);
  }, 1_800_000);
});
