import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { pointedDigests } from '../../../gc/index.js';
import type { RegisteredWorkspace, WorkspaceRoots } from '../../../gc/index.js';
import { digestOf } from '../../../kernel/index.js';
import type { Digest } from '../../../kernel/index.js';
import { encodePointer } from '../../../documents/index.js';
import { GitRootReader } from './root-reader.js';

const digestOfText = (text: string): Digest => digestOf(text);
const pointer = (text: string): string =>
  encodePointer({ kind: 'file', digest: digestOfText(text), size: text.length, files: 1 });

describe('GitRootReader', () => {
  let base: string;
  let root: string;

  const git = (...args: readonly string[]): string => gitIn(root, ...args);
  const gitIn = (cwd: string, ...args: readonly string[]): string =>
    execFileSync(
      'git',
      [
        '-c',
        'user.name=spec',
        '-c',
        'user.email=spec@localhost',
        '-c',
        'protocol.file.allow=always',
        ...args,
      ],
      {
        cwd,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    ).trim();
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const point = (path: string, what: string): void => {
    write(`${path}.ref.json`, pointer(what));
  };
  const commit = (message: string): string => {
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '-m', message);
    return git('rev-parse', 'HEAD');
  };
  const registered = (changes: Partial<RegisteredWorkspace> = {}): RegisteredWorkspace => ({
    id: 'spec',
    host: hostname(),
    path: root,
    inode: statSync(root, { bigint: true, throwIfNoEntry: false })?.ino.toString() ?? '0',
    git: join(root, '.git'),
    ...changes,
  });
  const read = (...workspaces: readonly RegisteredWorkspace[]): Promise<WorkspaceRoots> =>
    new GitRootReader().read(workspaces.length === 0 ? [registered()] : workspaces, (problem) => {
      throw problem;
    });
  const kept = async (...workspaces: readonly RegisteredWorkspace[]): Promise<Set<Digest>> => {
    const { pointers } = await read(...workspaces);
    return new Set(pointers.flatMap((found) => pointedDigests(found).map(({ digest }) => digest)));
  };
  const keeps = async (...texts: readonly string[]): Promise<void> => {
    expect([...(await kept())].sort()).toEqual(texts.map(digestOfText).sort());
  };
  const refusal = (text: string): unknown =>
    expect.objectContaining({
      code: 'ERR_ML_ROOTS_UNREADABLE',
      message: expect.stringContaining(text) as string,
    });

  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-roots-')));
    root = join(base, 'repo');
    mkdirSync(root);
    git('init', '--quiet', '--initial-branch=main');
  });
  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  it('has nothing to tell of a repository without a commit', async () => {
    await keeps();
    point('a', 'uncommitted');
    await keeps('uncommitted');
  });

  it('reads every state of a pointer in history, and names commit and path', async () => {
    point('data/ä b', '1');
    const first = commit('1');
    point('data/ä b', '2');
    commit('2');
    rmSync(join(root, 'data'), { recursive: true });
    commit('gone');
    await keeps('1', '2');
    const { pointers } = await read();
    expect(pointers).toContainEqual(
      expect.objectContaining({
        path: 'data/ä b.ref.json',
        text: pointer('1'),
        place: expect.objectContaining({ in: 'history', commit: first }) as unknown,
      }),
    );
  });

  it('reads a text that stood under another name first', async () => {
    write('copies/a.json', pointer('1'));
    commit('a copy that is no pointer');
    point('a', '1');
    commit('the pointer');
    git('rm', '--quiet', 'a.ref.json');
    commit('gone');
    await keeps('1');
  });

  it('reads branches that were merged and dropped, tags, remotes and what only a merge brought', async () => {
    commit('start');
    git('checkout', '--quiet', '-b', 'side');
    point('side', 'dropped by the merge');
    commit('side');
    git('checkout', '--quiet', 'main');
    point('main', 'main');
    commit('main');
    git('merge', '--quiet', '-s', 'ours', '-m', 'ours', 'side');
    git('branch', '-D', 'side');
    point('evil', 'by the merge alone');
    git('add', '--all');
    git('commit', '--quiet', '--amend', '-m', 'evil');
    git('rm', '--quiet', 'evil.ref.json');
    commit('gone');
    git('reflog', 'expire', '--expire=now', '--all');
    await keeps('dropped by the merge', 'main', 'by the merge alone');
    const clone = join(base, 'clone');
    git('clone', '--quiet', root, clone);
    root = clone;
    await keeps('dropped by the merge', 'main', 'by the merge alone');
    expect((await read()).branches).toEqual(new Set(['main', 'HEAD']));
  });

  it('reads what a reset left to the reflog, and no longer what the reflog has forgotten', async () => {
    commit('start');
    point('a', 'reset');
    commit('a');
    git('reset', '--quiet', '--hard', 'HEAD~');
    await keeps('reset');
    git('reflog', 'expire', '--expire=now', '--all');
    rmSync(join(root, '.git/ORIG_HEAD'));
    await keeps();
  });

  it('reads all stashes, staged and untracked files of theirs too', async () => {
    point('a', '1');
    commit('start');
    point('a', 'stashed');
    point('b', 'stashed and untracked');
    git('stash', 'push', '--quiet', '--include-untracked');
    point('a', 'staged');
    git('add', '--all');
    point('a', 'unstaged');
    git('stash', 'push', '--quiet');
    await keeps('1', 'stashed', 'stashed and untracked', 'staged', 'unstaged');
  });

  it('reads indexes, files and HEADs of all worktrees, registered or not', async () => {
    commit('start');
    git('worktree', 'add', '--quiet', '--detach', join(base, 'tree'));
    const main = root;
    root = join(base, 'tree');
    point('a', 'committed in a detached worktree');
    commit('a');
    point('a', 'staged');
    git('add', '--all');
    point('a', 'in a file');
    write('.gitignore', 'out\n');
    point('out/b', 'ignored');
    root = main;
    const all = ['committed in a detached worktree', 'staged', 'in a file', 'ignored'];
    await keeps(...all);
    const [own, there] = [registered(), registered({ path: join(base, 'tree') })];
    expect([...(await kept(own, there))].sort()).toEqual(all.map(digestOfText).sort());
    git('worktree', 'remove', '--force', join(base, 'tree'));
    expect(await kept(own, there)).toEqual(new Set());
  });

  it('refuses a worktree whose folder is not there', async () => {
    commit('start');
    git('worktree', 'add', '--quiet', join(base, 'tree'));
    renameSync(join(base, 'tree'), join(base, 'unmounted'));
    await expect(read()).rejects.toEqual(refusal(`the worktree ${join(base, 'tree')}`));
    git('worktree', 'prune');
    await keeps();
  });

  it('reads what a conflict left in the index, and what a merge or rebase has set aside', async () => {
    point('a', 'base');
    commit('base');
    git('checkout', '--quiet', '-b', 'side');
    point('a', 'theirs');
    commit('theirs');
    git('checkout', '--quiet', 'main');
    point('a', 'ours');
    commit('ours');
    point('b', 'stashed by the rebase');
    git('add', '--all');
    expect(() => git('rebase', '--quiet', '--autostash', 'side')).toThrow();
    await expect(kept()).rejects.toMatchObject({ code: 'ERR_ML_POINTER_INVALID' });
    write('a.ref.json', pointer('resolved'));
    git('branch', '-D', 'side');
    git('reflog', 'expire', '--expire=now', '--all');
    await keeps('base', 'theirs', 'ours', 'stashed by the rebase', 'resolved');
  });

  it('reads tagged trees, and takes no link and no submodule for a pointer', async () => {
    point('a', 'in a tagged tree');
    git('add', '--all');
    const tree = git('write-tree');
    git('rm', '--quiet', '-f', 'a.ref.json');
    git('tag', '-a', '-m', 'a tree', 'tree', tree);
    symlinkSync('nowhere', join(root, 'link.ref.json'));
    commit('link');
    await keeps('in a tagged tree');
  });

  it('sees the history that a replaced commit hides', async () => {
    point('a', 'hidden');
    commit('a');
    git('rm', '--quiet', 'a.ref.json');
    const tip = commit('gone');
    git('replace', tip, git('commit-tree', `${tip}^{tree}`, '-m', 'no past'));
    git('reflog', 'expire', '--expire=now', '--all');
    expect(git('log', '--oneline').split('\n')).toHaveLength(1);
    await keeps('hidden');
  });

  it('reads submodules as roots of their own', async () => {
    const outer = root;
    root = join(base, 'inner');
    mkdirSync(root);
    git('init', '--quiet', '--initial-branch=main');
    point('a', 'old in the submodule');
    commit('1');
    point('a', 'new in the submodule');
    commit('2');
    root = outer;
    git('submodule', '--quiet', 'add', join(base, 'inner'), 'data/inner');
    commit('submodule');
    await keeps('old in the submodule', 'new in the submodule');
    git('submodule', 'deinit', '--force', 'data/inner');
    await keeps('old in the submodule', 'new in the submodule');
  });

  it('reads manifests of the workspace and of Nx, and nothing below node_modules', async () => {
    commit('start');
    write('nx.json', '{}');
    write('.nx-ml/manifests/alpha/train.manifest.json', '{"own":1}');
    write('.nx/cache/17/.nx-ml/manifests/alpha/train.manifest.json', '{"cached":1}');
    write('node_modules/x/.nx-ml/manifests/alpha/train.manifest.json', '{}');
    point('node_modules/x/a', 'a package');
    await keeps();
    const { results } = await read();
    expect(results.map(({ from, text }) => [from, text]).sort()).toEqual([
      ['nx-cache', '{"cached":1}'],
      ['workspace', '{"own":1}'],
    ]);
  });

  it('finds the cache where nx.json puts it', async () => {
    write('nx.json', '{"cacheDirectory":"../elsewhere"}');
    mkdirSync(join(base, 'elsewhere/17/.nx-ml/manifests/alpha'), { recursive: true });
    writeFileSync(join(base, 'elsewhere/17/.nx-ml/manifests/alpha/train.manifest.json'), '{}');
    expect((await read()).results).toMatchObject([{ from: 'nx-cache' }]);
  });

  it('reads a workspace that is in no repository', async () => {
    rmSync(join(root, '.git'), { recursive: true });
    point('a', 'no git');
    expect(await kept(registered({ git: null }))).toEqual(new Set([digestOfText('no git')]));
  });

  it('refuses shallow clones, partial clones and grafts', async () => {
    point('a', '1');
    const first = commit('1');
    commit('2');
    git('config', 'uploadpack.allowFilter', 'true');
    const main = root;
    for (const [option, why] of [
      ['--depth=1', 'is a shallow clone'],
      ['--filter=blob:none', 'is a partial clone'],
    ] as const) {
      root = join(base, option);
      gitIn(base, 'clone', '--quiet', option, `file://${main}`, root);
      await expect(read()).rejects.toEqual(refusal(why));
    }
    root = main;
    write('.git/info/grafts', `${git('rev-parse', 'HEAD')}\n${first}\n`);
    await expect(read()).rejects.toEqual(refusal('has grafts'));
  });

  it('passes over a shallow clone in an ignored folder, unless it has pointers', async () => {
    commit('start');
    const other = join(base, 'other');
    gitIn(base, 'init', '--quiet', other);
    gitIn(other, 'commit', '--quiet', '--allow-empty', '-m', '1');
    gitIn(other, 'commit', '--quiet', '--allow-empty', '-m', '2');
    gitIn(base, 'clone', '--quiet', '--depth=1', `file://${other}`, join(root, 'vendored'));
    await keeps();
    point('vendored/a', '1');
    await expect(read()).rejects.toEqual(refusal('is a shallow clone'));
  });

  it.each(['commit', 'tree', 'blob'])('refuses a repository that lacks a %s of its history', async (type) => {
    point('data/a', '1');
    const first = commit('1');
    point('data/a', '2');
    commit('2');
    const lost = {
      commit: first,
      tree: git('rev-parse', `${first}:data`),
      blob: git('rev-parse', `${first}:data/a.ref.json`),
    };
    const id = lost[type as keyof typeof lost];
    rmSync(join(root, '.git/objects', id.slice(0, 2), id.slice(2)));
    await expect(read()).rejects.toEqual(refusal(root));
  });

  it('refuses a ref that names nothing', async () => {
    commit('start');
    write('.git/refs/heads/broken', `${'1'.repeat(40)}\n`);
    await expect(read()).rejects.toEqual(refusal('refs/heads/broken'));
  });

  it('refuses a workspace that is out of reach, on this machine or another', async () => {
    commit('start');
    const gone = registered({ path: join(base, 'gone'), git: null });
    await expect(read(gone)).rejects.toEqual(refusal(`the workspace ${join(base, 'gone')} uses`));
    const foreign = registered({ host: 'elsewhere', inode: '1' });
    await expect(read(foreign)).rejects.toEqual(refusal(`the workspace ${root} on elsewhere`));
    await expect(read(registered({ host: 'renamed' }))).resolves.toBeDefined();
    const moved = registered({ git: join(base, 'moved/.git') });
    rmSync(join(root, '.git'), { recursive: true });
    await expect(read(moved)).rejects.toEqual(refusal('was in the git repository'));
  });

  it('does not read a text that is longer than any pointer', async () => {
    write('large.ref.json', 'x'.repeat(100_000));
    commit('large');
    await keeps();
    expect((await read()).pointers.map(({ size, text }) => [size, text])).toEqual(
      Array.from({ length: 3 }, () => [100_000, undefined]),
    );
  });
});
