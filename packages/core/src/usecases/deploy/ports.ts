import type { Revision } from '../../documents/index.js';
import type { BundleFolders, DeployEvent, DeployTarget, Outcome, Release } from '../../deploy/index.js';
import type { Clock, Digest } from '../../kernel/index.js';
import type { Journal, ObjectRef } from '../../store/index.js';

/** The accepted version of a model. */
export interface Champion {
  readonly version: number;
  /** The stored bundle. */
  readonly bundle: ObjectRef;
  /** The digest of the bundle's manifest. */
  readonly manifest: Digest;
  /** Of the cache server, under which the alias was set; undefined where there are no scopes: a store of one's own. */
  readonly scope?: string | undefined;
}

/** Which version of each model is accepted. @throws MlError where the registry cannot be read */
export interface Champions {
  of(model: string): Promise<Champion | undefined>;
}

/** Brings bundles from the store. */
export interface ReleaseBundles {
  /**
   * Every byte verified, signatures too where keys are trusted; each bundle is the one that the release names.
   * @param bundles by the name that the service gives the model
   * @throws MlError for one that is not what it should be, or cannot be had
   */
  open(
    release: Release,
    bundles: Readonly<Record<string, ObjectRef>>,
    signal?: AbortSignal,
  ): Promise<{ readonly folders: BundleFolders; close(): Promise<void> }>;
}

/** Entries that could not be written to the journal, kept beside the workspace until one can. */
export interface OwedEntries {
  read(): Promise<readonly OwedEntry[]>;
  write(entries: readonly OwedEntry[]): Promise<void>;
}

export interface OwedEntry {
  readonly at: string;
  readonly outcome: Outcome;
  readonly serving: Digest | null;
  readonly reason: string;
  readonly by: string;
}

/** Names this process to others, and tells of theirs. */
export interface Holder {
  readonly mark: string;
  /** Did the process with this mark end? undefined where that cannot be told from here. */
  hasEnded(mark: string): boolean | undefined;
}

/** Resolves after so many milliseconds, or as soon as the signal is given. */
export type Pause = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** What it takes to change what an environment serves. */
export interface DeployDeps {
  readonly journals: Journal;
  readonly workspaceId: string;
  readonly target: DeployTarget;
  readonly bundles: ReleaseBundles;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly holder: Holder;
  readonly owed: OwedEntries;
  readonly revision: () => Promise<Revision | undefined>;
  readonly emit: (event: DeployEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Which service, and where. */
export interface Place {
  readonly service: string;
  readonly environment: string;
}
