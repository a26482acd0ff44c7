import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import {
  copyInstalled,
  installedFolder,
  installedNode,
  packTarballs,
  usualNx,
} from './installed-packages.js';
import type { Tarballs } from './installed-packages.js';
import { startCommand } from './run-command.js';
import type { CommandResult, RunningCommand } from './run-command.js';
import { spawnGit } from './spawn-git.js';
import { taskStates } from './task-states.js';
import type { TaskState } from './task-states.js';
import { editVisibly } from './visible-edits.js';

export interface RigOptions {
  /** Exact versions by name; `@nx-ml/server` is the packed one, whatever version is said. */
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly nxVersion?: string;
  /** Where @nx/devkit stands at another version than nx. */
  readonly devkitVersion?: string;
  /** The version of Node that runs Nx and the steps; the one that runs the test where it is not said. */
  readonly nodeVersion?: string;
  /** A folder whose files start the workspace, such as examples/quickstart. Its package.json names the dependencies. */
  readonly from?: string;
  readonly daemon?: boolean;
  /**
   * Spares what takes a third of the time of a start: a process for each plugin, and the shim of a version manager around
   * each Python. For suites with many starts that ask what a step does, not how Nx or an interpreter was got to.
   */
  readonly quick?: boolean;
}

/** What of git writes files that Nx reads. */
const rewriting = /(^| )(checkout|merge|reset|restore|stash|switch) /;
const committer = ['-c', 'user.name=rig', '-c', 'user.email=rig@localhost'];

/**
 * A real workspace with the packed plugin installed, its own home and its own store. Every rig is apart from every
 * other and from the user's own.
 */
export class WorkspaceRig {
  readonly root: string;
  readonly home: string;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #node: string;
  readonly #temporary: string;
  #daemonRan = false;

  private constructor(
    temporary: string,
    { variables, node }: { readonly variables: Readonly<Record<string, string>>; readonly node: string },
  ) {
    this.#temporary = temporary;
    this.root = join(temporary, 'workspace');
    this.home = join(temporary, 'home');
    this.#variables = variables;
    this.#node = node;
    mkdirSync(this.home, { recursive: true });
  }

  static async create(options: RigOptions = {}): Promise<WorkspaceRig> {
    const { nodeVersion = process.versions.node, nxVersion = usualNx } = options;
    const node = await installedNode(nodeVersion);
    const rig = new WorkspaceRig(realpathSync(mkdtempSync(join(tmpdir(), 'nx-ml-rig-'))), {
      variables: variablesFor(options),
      node,
    });
    const tarballs = await packTarballs();
    const named = options.dependencies ?? (options.from === undefined ? {} : dependenciesOf(options.from));
    const dependencies = asPacked(named, tarballs);
    const installed = await installedFolder({
      tarballs,
      dependencies,
      nxVersion,
      devkitVersion: options.devkitVersion ?? nxVersion,
    });
    if (options.from !== undefined) cpSync(options.from, rig.root, { recursive: true });
    await copyInstalled(installed, rig.root);
    if (options.from === undefined) rig.#startEmpty();
    rig.git('init', '--quiet', '--initial-branch=main');
    return rig;
  }

  #startEmpty(): void {
    this.write({
      'nx.json': JSON.stringify({ plugins: ['nx-ml'], neverConnectToCloud: true }),
      '.gitignore': 'node_modules\n.nx\n.nx-ml\n.trace\n__pycache__\n',
    });
  }

  /** Writes files by workspace-relative path. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      this.#replace(path, text);
    }
  }

  append(path: string, text: string): void {
    this.#replace(path, (this.exists(path) ? this.read(path) : '') + text);
  }

  #replace(path: string, text: string): void {
    editVisibly(this.root, [path], () => {
      writeFileSync(join(this.root, path), text);
    });
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  exists(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true, force: true });
  }

  /** Nx's cache and its database, wherever this version of Nx keeps them. */
  forgetNx(): void {
    this.remove('.nx');
    rmSync(join(this.home, '.nx'), { recursive: true, force: true });
  }

  edit(path: string, change: (text: string) => string): void {
    const before = this.read(path);
    const after = change(before);
    if (after === before) throw new Error(`the edit of ${path} changed nothing`);
    this.#replace(path, after);
  }

  environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    const passed = ['PATH', 'LANG', 'TERM', 'NX_ML_PYTHON', 'PYENV_ROOT'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    });
    return {
      ...(Object.fromEntries(passed) as Record<string, string>),
      ...this.#pathToNode(),
      HOME: this.home,
      ...this.#variables,
      NX_TUI: 'false',
      NX_NO_CLOUD: 'true',
      NO_COLOR: '1',
      // AWS's chain of credentials would ask the network whether this is one of its machines.
      AWS_EC2_METADATA_DISABLED: 'true',
      ...extra,
    };
  }

  /** Steps must find the same Node that Nx runs on. */
  #pathToNode(): Readonly<Record<string, string>> {
    if (this.#node === process.execPath) return {};
    return { PATH: `${dirname(this.#node)}${delimiter}${process.env['PATH'] ?? ''}` };
  }

  /** Starts Nx; `cwd` may be another clone or a worktree. */
  start(
    args: readonly string[],
    options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
  ): RunningCommand {
    const cwd = options.cwd ?? this.root;
    const env = this.environment(options.env);
    this.#daemonRan ||= env['NX_DAEMON'] === 'true';
    return startCommand(this.#node, [realpathSync(join(cwd, 'node_modules/.bin/nx')), ...args], {
      cwd,
      env,
    });
  }

  nx(
    args: readonly string[],
    options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
  ): Promise<CommandResult> {
    return this.start(args, options).ended;
  }

  /** Runs the nx-ml command line; `cwd` may be another clone or a worktree. */
  cli(
    args: readonly string[],
    options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
  ): Promise<CommandResult> {
    const cwd = options.cwd ?? this.root;
    const main = realpathSync(join(cwd, 'node_modules/.bin/nx-ml'));
    return startCommand(this.#node, [main, ...args], { cwd, env: this.environment(options.env) }).ended;
  }

  /** Runs Nx and tells what each task did. @throws when Nx fails and `mayFail` is not said. */
  async tasks(
    args: readonly string[],
    options: {
      readonly env?: Readonly<Record<string, string>>;
      readonly cwd?: string;
      readonly mayFail?: boolean;
    } = {},
  ): Promise<Readonly<Record<string, TaskState>>> {
    const result = await this.nx([...args, '--output-style=static'], options);
    if (result.code !== 0 && options.mayFail !== true)
      throw new Error(`nx ${args.join(' ')} failed:\n${result.output}`);
    return taskStates(result.output);
  }

  /**
   * What the scripted steps left in `.trace` since the last call: `project:step:seed`, sorted.
   *
   * @param root of another clone or worktree.
   */
  takeTrace(root: string = this.root): readonly string[] {
    const file = join(root, '.trace');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').trim().split('\n').sort();
    rmSync(file);
    return lines;
  }

  /** Runs git and gives its output. */
  git(...args: readonly string[]): string {
    const run = (...given: readonly string[]) => spawnGit(given, this.root, this.environment());
    const tracked = rewriting.test(args.join(' ')) ? run('ls-files', '-z').output.split('\0') : [];
    const { status, output } = editVisibly(this.root, tracked.filter(Boolean), () => run(...args));
    if (status !== 0) throw new Error(`git ${args.join(' ')} failed:\n${output}`);
    return output;
  }

  /** What git sees as changed or new; empty: nothing. */
  gitStatus(): string {
    return this.git('status', '--porcelain');
  }

  commitAll(message: string): void {
    this.git('add', '--all');
    this.git(...committer, 'commit', '--quiet', '--allow-empty', '-m', message);
  }

  /** A merge commit, even where the branch could be forwarded. */
  merge(branch: string): void {
    this.git(...committer, 'merge', '--quiet', '--no-ff', '-m', `Merge ${branch}`, branch);
  }

  /** The whole rig is gone afterwards. */
  async dispose(): Promise<void> {
    if (this.#daemonRan) await this.nx(['daemon', '--stop'], { env: { NX_DAEMON: 'true' } });
    rmSync(this.#temporary, { recursive: true, force: true });
  }
}

function variablesFor({ daemon = false, quick = false }: RigOptions): Readonly<Record<string, string>> {
  return { NX_DAEMON: String(daemon), ...(quick ? { NX_ISOLATE_PLUGINS: 'false', ...pythonItself() } : {}) };
}

/** The interpreter behind the `python3` that is found first. */
function pythonItself(): Readonly<Record<string, string>> {
  const { status, stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  });
  return process.env['NX_ML_PYTHON'] !== undefined || status !== 0 ? {} : { NX_ML_PYTHON: stdout.trim() };
}

/** The server as it will be published, where a workspace names it in any version. */
function asPacked(
  dependencies: Readonly<Record<string, string>>,
  tarballs: Tarballs,
): Readonly<Record<string, string>> {
  const server = '@nx-ml/server';
  return server in dependencies ? { ...dependencies, [server]: `file:${tarballs[server]}` } : dependencies;
}

function dependenciesOf(folder: string): Readonly<Record<string, string>> {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
  };
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => !['nx', '@nx/devkit', 'nx-ml'].includes(name)),
  );
}
