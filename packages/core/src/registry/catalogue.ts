import type { Digest } from '../kernel/index.js';

/** Whose a model or a version in a catalogue is. */
export interface Mark {
  /** Workspace and model, each percent-encoded: `mails-3f2a/spam-filter`. */
  readonly owner: string;
}

/** A version of a model, as other people's registries are told of it. */
export interface Release extends Mark {
  /** The model's name there. */
  readonly name: string;
  readonly version: number;
  readonly manifest: Digest;
  /** Where its bundle can be had: an address with a scheme. */
  readonly source: string;
  /** Milliseconds since the epoch: when it was registered. */
  readonly at: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Names that stand for this version now. */
  readonly aliases: readonly string[];
}

/** What a catalogue holds under a model's name. */
export interface ListedModel {
  /** undefined: it is nobody's of ours. */
  readonly owner: string | undefined;
  /** The catalogue's own numbers by the names that stand for them. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly versions: readonly ListedVersion[];
}

/** What a catalogue holds of one version. */
export interface ListedVersion {
  /** The catalogue's own number: others count too. */
  readonly id: string;
  /** Those that we wrote; undefined: it is nobody's of ours. */
  readonly mark: (Mark & { readonly version: number; readonly manifest: Digest }) | undefined;
  /** undefined where the catalogue keeps none. */
  readonly source: string | undefined;
  /** The run that its metrics belong to. */
  readonly run: string | undefined;
}

/**
 * A registry of another kind that people look models up in, such as MLflow's. Ours stays the one that is believed: nothing is ever read
 * from there but what was published.
 *
 * Creating is safe to be broken off: what an answer was lost for is looked for before it is tried again. Two that publish one version at
 * once may leave it there twice, since no catalogue takes a name once; both have its mark.
 */
export interface Catalogue {
  /** For messages, without secrets. */
  readonly place: string;
  /** Whether names of one's own can stand for a version there. */
  readonly takesAliases: boolean;
  /**
   * What it lists under a name, of the versions at least the one that this release is; undefined for nothing.
   *
   * @throws MlError ERR_ML_CATALOGUE_REFUSED, ERR_ML_CATALOGUE_UNAVAILABLE, and ERR_ML_CATALOGUE_TAKEN where the version's number is
   *   another's there; so do all
   */
  list(release: Release): Promise<ListedModel | undefined>;
  createModel(release: Release): Promise<void>;
  createVersion(release: Release): Promise<ListedVersion>;
  /** Names of the release's metrics that a version lacks; none where none can be added any more. */
  missingMetrics(version: ListedVersion, release: Release): Promise<readonly string[]>;
  /** Adds metrics to a version. @param names what `missingMetrics` told */
  addMetrics(version: ListedVersion, release: Release, names: readonly string[]): Promise<void>;
  /** Lets a name stand for a version, whatever it stood for. */
  setAlias(name: string, alias: string, version: ListedVersion): Promise<void>;
}
