import type { FileCommit } from '../documents/index.js';
import type { ImportClosure, SourceTree } from '../imports/index.js';
import type { Digest } from '../kernel/index.js';
import type { MlConfig } from '../manifest/index.js';

/** A project of the workspace that has an ml.yaml. */
export interface MlProject {
  readonly name: string;
  /** Workspace-relative, with `/`. */
  readonly root: string;
  readonly config: MlConfig;
}

/** The workspace as the use cases see it. Paths are workspace-relative with `/` unless they say otherwise. */
export interface Workspace {
  /** Absolute. */
  readonly root: string;
  readonly tree: SourceTree;

  /** The same workspace looked at anew: nothing of what was listed or followed before is remembered. */
  refreshed(): Workspace;
  /** What files import, and what that imports. Folders and files are read once; see refreshed. */
  importClosure(entries: readonly string[]): ImportClosure;

  /**
   * @returns undefined when there is no such project or it has no ml.yaml.
   * @throws MlError ERR_ML_CONFIG_SYNTAX, ERR_ML_CONFIG_INVALID
   */
  mlProject(name: string): MlProject | undefined;
  /** All ml projects' names, for suggestions. */
  mlProjectNames(): readonly string[];
  /** Files below a project's root that git does not ignore, without those of projects nested in it. */
  filesOf(project: string): readonly string[];
  /** Files below `root` that match globs relative to it; `!` excludes. They may lie outside the project. */
  glob(root: string, patterns: readonly string[]): readonly string[];
  ownerOf(path: string): string | undefined;
  isIgnored(path: string): boolean;
  /** Projects that a project depends on, directly or not, as Nx knows them; ml projects left out. */
  codeDependencies(project: string): readonly string[];
  /** The ml projects that depend on a project by themselves, as Nx knows them. */
  mlDependents(project: string): readonly string[];
  /** Digest of a file's bytes now. @throws MlError ERR_ML_CODE_UNREADABLE */
  digestOf(path: string): Digest;
  /** Size of a file in bytes. @throws MlError ERR_ML_CODE_UNREADABLE */
  sizeOf(path: string): number;
  /**
   * Versions of npm packages and of all that they need, from the workspace's lock file.
   * A package that the lock file does not know has the version `unlocked`.
   */
  lockedPackages(project: string, names: readonly string[]): Readonly<Record<string, string>>;
}

/** What version control knows of the workspace's files. */
export interface SourceControl {
  /**
   * The newest commit after `since` that changed each file.
   * @returns undefined when there is no such commit here.
   */
  commitsSince(since: string): Promise<ReadonlyMap<string, FileCommit> | undefined>;
  /** Files that differ from what is committed. */
  uncommitted(): Promise<ReadonlySet<string>>;
}

/** Writes small derived files into the workspace. */
export interface WorkspaceWriter {
  /**
   * Whole or not at all: written aside and renamed.
   * @param path workspace-relative; parents are made.
   */
  write(path: string, bytes: Uint8Array): Promise<void>;
}
