import type { ObjectRef } from '../../store/index.js';

/** Pointers by path. */
type Pointers = ReadonlyMap<string, ObjectRef>;

interface Commit {
  readonly pointers: Pointers;
  readonly parents: readonly Commit[];
}

interface Worktree {
  head: Commit;
  branch: string | undefined;
  index: Map<string, ObjectRef>;
  files: Map<string, ObjectRef>;
}

/** Draws a whole number from 0 to below `limit`. */
export type Draw = (limit: number) => number;

const emptyCommit: Commit = { pointers: new Map(), parents: [] };

/** As much of a git repository as decides which pointers can be reached. Each operation is one step. */
export class WorldRepository {
  readonly branches = new Map<string, Commit>([['main', emptyCommit]]);
  readonly worktrees: Worktree[] = [newWorktree(emptyCommit, 'main')];
  reflog: Commit[] = [];
  readonly stashes: Commit[] = [];
  #named = 0;

  /** What can be reached from commits. */
  history(): readonly ObjectRef[] {
    const found = new Set<Commit>();
    const waiting = [
      ...this.branches.values(),
      ...this.reflog,
      ...this.stashes,
      ...this.worktrees.map(({ head }) => head),
    ];
    for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
      if (found.has(commit)) continue;
      found.add(commit);
      waiting.push(...commit.parents);
    }
    return [...found].flatMap(({ pointers }) => [...pointers.values()]);
  }

  all(): readonly ObjectRef[] {
    const trees = this.worktrees.flatMap(({ index, files }) => [...index.values(), ...files.values()]);
    return [...this.history(), ...trees];
  }

  point(path: string, ref: ObjectRef, draw: Draw): void {
    this.#worktree(draw).files.set(path, ref);
  }

  /** Does one thing that people do. */
  act(draw: Draw): void {
    const acts = [
      () => {
        this.#stage(draw);
      },
      () => {
        this.#stage(draw);
      },
      () => {
        this.#commit(draw);
      },
      () => {
        this.#commit(draw);
      },
      () => {
        this.#branch(draw);
      },
      () => {
        this.#deleteBranch(draw);
      },
      () => {
        this.#checkout(draw);
      },
      () => {
        this.#reset(draw);
      },
      () => {
        this.#merge(draw);
      },
      () => {
        this.#stash(draw);
      },
      () => {
        this.#pop(draw);
      },
      () => {
        this.#pop(draw, 'drop');
      },
      () => {
        this.#removeFile(draw);
      },
      () => {
        this.#addWorktree(draw);
      },
      () => {
        this.#removeWorktree(draw);
      },
      () => {
        this.#expireReflog(draw);
      },
    ];
    acts[draw(acts.length)]?.();
  }

  #worktree(draw: Draw): Worktree {
    const found = this.worktrees[draw(this.worktrees.length)] ?? this.worktrees[0];
    if (found === undefined) throw new Error('a repository without a worktree');
    return found;
  }

  #stage(draw: Draw): void {
    const tree = this.#worktree(draw);
    tree.index = new Map(tree.files);
  }

  #commit(draw: Draw): void {
    const tree = this.#worktree(draw);
    this.#move(tree, { pointers: new Map(tree.index), parents: [tree.head] });
  }

  #move(tree: Worktree, commit: Commit): void {
    this.reflog.push(tree.head, commit);
    tree.head = commit;
    if (tree.branch !== undefined) this.branches.set(tree.branch, commit);
  }

  #branch(draw: Draw): void {
    this.#named += 1;
    this.branches.set(`branch-${String(this.#named)}`, this.#worktree(draw).head);
  }

  #deleteBranch(draw: Draw): void {
    const used = new Set(this.worktrees.map(({ branch }) => branch));
    const free = [...this.branches.keys()].filter((name) => !used.has(name));
    this.branches.delete(free[draw(free.length)] ?? '');
  }

  #checkout(draw: Draw): void {
    const tree = this.#worktree(draw);
    const names = [...this.branches.keys()];
    const name = names[draw(names.length)] ?? 'main';
    this.#switch(tree, this.branches.get(name) ?? tree.head, draw(3) === 0 ? undefined : name);
  }

  #switch(tree: Worktree, commit: Commit, branch: string | undefined): void {
    this.reflog.push(tree.head, commit);
    Object.assign(tree, newWorktree(commit, branch));
  }

  /** `git reset --hard` to a parent or to where the reflog points. */
  #reset(draw: Draw): void {
    const tree = this.#worktree(draw);
    const targets = [...tree.head.parents, ...this.reflog];
    const commit = targets[draw(targets.length)] ?? tree.head;
    this.#move(tree, commit);
    Object.assign(tree, newWorktree(commit, tree.branch));
  }

  /** Takes one side's pointers whole, or those of both. */
  #merge(draw: Draw): void {
    const tree = this.#worktree(draw);
    const names = [...this.branches.keys()];
    const other = this.branches.get(names[draw(names.length)] ?? 'main') ?? tree.head;
    const pointers = draw(2) === 0 ? tree.head.pointers : new Map([...tree.head.pointers, ...other.pointers]);
    this.#move(tree, { pointers, parents: [tree.head, other] });
    tree.index = new Map(pointers);
    tree.files = new Map(pointers);
  }

  #stash(draw: Draw): void {
    const tree = this.#worktree(draw);
    const index = { pointers: new Map(tree.index), parents: [tree.head] };
    this.stashes.push({ pointers: new Map(tree.files), parents: [tree.head, index] });
    Object.assign(tree, newWorktree(tree.head, tree.branch));
  }

  #pop(draw: Draw, how: 'pop' | 'drop' = 'pop'): void {
    const [stash] = this.stashes.splice(draw(Math.max(1, this.stashes.length)), 1);
    if (stash === undefined || how === 'drop') return;
    this.#worktree(draw).files = new Map(stash.pointers);
  }

  #removeFile(draw: Draw): void {
    const { files } = this.#worktree(draw);
    files.delete([...files.keys()][draw(Math.max(1, files.size))] ?? '');
  }

  #addWorktree(draw: Draw): void {
    if (this.worktrees.length < 3) this.worktrees.push(newWorktree(this.#worktree(draw).head, undefined));
  }

  #removeWorktree(draw: Draw): void {
    if (this.worktrees.length > 1) this.worktrees.splice(draw(this.worktrees.length), 1);
  }

  #expireReflog(draw: Draw): void {
    this.reflog = this.reflog.slice(draw(this.reflog.length + 1));
  }
}

function newWorktree(head: Commit, branch: string | undefined): Worktree {
  return { head, branch, index: new Map(head.pointers), files: new Map(head.pointers) };
}
