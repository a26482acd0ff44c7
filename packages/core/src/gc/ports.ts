import type { Digest, MlError } from '../kernel/index.js';
import type { GcMarks } from './marks.js';
import type { PointerText } from './pointed-digests.js';

/** A file of the store whose name is a digest. */
export interface StoredObject {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Modification time, milliseconds since the epoch with what fractions the file system keeps. */
  readonly changedAt: number;
}

/** What lies in `tmp/` or in quarantine. */
export interface Leftover {
  readonly place: 'tmp' | 'quarantine';
  readonly name: string;
  readonly size: number;
  readonly changedAt: number;
}

/** A folder that uses a store, as it once told the store. */
export interface RegisteredWorkspace {
  /** Name of its registration. */
  readonly id: string;
  readonly host: string;
  /** Absolute, on that host. */
  readonly path: string;
  /** Of the folder, as text. */
  readonly inode: string;
  /** The git folder that all worktrees of its repository share; null: it was in no repository. */
  readonly git: string | null;
}

/**
 * A store as garbage collection sees it: everything that is there, and how it goes. Every method can throw
 * ERR_ML_STORE_UNAVAILABLE.
 */
export interface GcStore {
  /** Every object under its final name. */
  objects(): Promise<ReadonlyMap<Digest, StoredObject>>;
  /** The first bytes of an object as they are, at most 64; undefined: it is not there. */
  startOf(digest: Digest): Promise<Buffer | undefined>;
  /** Modification time of one object, as in `objects`; undefined: it is not there, or nobody can tell. */
  changedAt(digest: Digest): Promise<number | undefined>;
  /** Names of all journals. */
  journals(): Promise<readonly string[]>;
  /** Without what a process of this machine still writes. */
  leftovers(): Promise<readonly Leftover[]>;
  /** @throws MlError ERR_ML_DOCUMENT_INVALID for a registration that cannot be read. */
  workspaces(): Promise<readonly RegisteredWorkspace[]>;
  unregister(workspace: RegisteredWorkspace): Promise<void>;
  /** undefined: there is none, or none that can be trusted. */
  readMarks(): Promise<GcMarks | undefined>;
  /** Whole or not at all. */
  writeMarks(marks: GcMarks): Promise<void>;
  /** Brings back what a gc that died had set aside. */
  restoreSetAside(): Promise<void>;
  /**
   * Deletes an object unless somebody relied on it since it was listed: whoever finds it in place, in this very
   * moment too, keeps it or writes it anew.
   *
   * @returns false when it stays, or is gone already.
   */
  remove(object: StoredObject): Promise<boolean>;
  /** @returns false when it is gone already. */
  removeLeftover(leftover: Leftover): Promise<boolean>;
}

/** Where a text with names of objects was found. */
export type RootPlace =
  /** In a commit, which is undefined for a tagged tree; `blob` is git's name of the text. */
  | { readonly in: 'history'; readonly repository: string; readonly commit?: string; readonly blob: string }
  | { readonly in: 'index'; readonly repository: string; readonly blob: string }
  /** A file of a working tree. */
  | { readonly in: 'files'; readonly repository: string };

/** A file that may be a pointer, once for each text and path. */
export interface PointerRoot extends PointerText {
  readonly place: RootPlace;
}

/** A manifest or key file of a step, as a workspace or Nx's cache holds it. */
export interface ResultRoot {
  /** Absolute. */
  readonly path: string;
  readonly from: 'workspace' | 'nx-cache';
  readonly text: string;
}

export interface WorkspaceRoots {
  readonly pointers: readonly PointerRoot[];
  readonly results: readonly ResultRoot[];
  /** Names of all branches, without their remotes' names. */
  readonly branches: ReadonlySet<string>;
  /** How many were read. */
  readonly repositories: number;
  readonly worktrees: number;
}

/** Reads all roots outside of the store. */
export interface RootReader {
  /**
   * @param onProblem is told what is out of reach, and where history is hidden, as ERR_ML_ROOTS_UNREADABLE. When it
   * returns, the rest is read.
   */
  read(
    workspaces: readonly RegisteredWorkspace[],
    onProblem: (problem: MlError) => void,
  ): Promise<WorkspaceRoots>;
}
