import { MlError } from '../kernel/index.js';
import type { ListedModel, ListedVersion, Release } from './catalogue.js';

/** Whether a version in a catalogue is this one, published by us. */
export function isListedAs({ mark }: ListedVersion, { owner, version, manifest }: Release): boolean {
  return mark?.owner === owner && mark.version === version && mark.manifest === manifest;
}

/** What publishing a version takes. */
export interface PublicationPlan {
  readonly createsModel: boolean;
  /** The version as it is listed; undefined: it is to be created. */
  readonly version: ListedVersion | undefined;
  /** Names to be set, or to be moved from another version of ours. */
  readonly aliases: readonly string[];
  /** Names that the catalogue cannot take. */
  readonly leftOut: readonly string[];
}

/** What is asked of a publication beyond the release. */
export interface PublicationLimits {
  /** For messages. */
  readonly place: string;
  readonly takesAliases: boolean;
  /** Whether the address was asked for, and not only what is said where none was. */
  readonly isSourceAsked: boolean;
}

/**
 * What is to be written into a catalogue so that it lists a version: nothing of what is there already.
 *
 * @param listed what it lists under the model's name
 * @throws MlError ERR_ML_CATALOGUE_TAKEN where that is somebody else's, or the version is there with another address
 */
export function planPublication(
  release: Release,
  listed: ListedModel | undefined,
  limits: PublicationLimits,
): PublicationPlan {
  if (listed !== undefined && listed.owner !== release.owner) throw takenModel(release, listed, limits);
  const version = listed?.versions.find((each) => isListedAs(each, release));
  if (version !== undefined) refuseOtherSource(release, version, limits);
  const moved = release.aliases.filter((alias) => listed?.aliases.get(alias) !== (version?.id ?? ''));
  for (const alias of limits.takesAliases ? moved : []) refuseForeignAlias(alias, release, listed, limits);
  return {
    createsModel: listed === undefined,
    version,
    aliases: limits.takesAliases ? moved : [],
    leftOut: limits.takesAliases ? [] : release.aliases,
  };
}

function takenModel({ name, owner }: Release, listed: ListedModel, { place }: PublicationLimits): MlError {
  const whose = listed.owner === undefined ? 'that nx-ml did not publish' : `of ${listed.owner}`;
  return new MlError('ERR_ML_CATALOGUE_TAKEN', {
    message: `${place} lists a model "${name}" ${whose}; this one is ${owner}`,
    fix: 'Publish under another name: --name. Nothing was changed there.',
  });
}

function refuseOtherSource(
  { name, version, source }: Release,
  listed: ListedVersion,
  limits: PublicationLimits,
): void {
  if (!limits.isSourceAsked || listed.source === undefined || listed.source === source) return;
  throw new MlError('ERR_ML_CATALOGUE_TAKEN', {
    message: `${limits.place} lists version ${String(version)} of ${name} with the source ${shown(listed.source)}, not ${source}`,
    fix: 'A published version does not change: publish it without --source, or delete it there first.',
  });
}

/** A name that somebody let stand for what is not ours is theirs. */
function refuseForeignAlias(
  alias: string,
  { name, owner }: Release,
  listed: ListedModel | undefined,
  { place }: PublicationLimits,
): void {
  const at = listed?.aliases.get(alias);
  if (at === undefined) return;
  if (listed?.versions.some(({ id, mark }) => id === at && mark?.owner === owner) === true) return;
  throw new MlError('ERR_ML_CATALOGUE_TAKEN', {
    message: `At ${place} "${alias}" of ${name} stands for version ${shown(at)}, which nx-ml did not publish`,
    fix: 'Remove that alias there, or give yours another name: nx-ml registry alias.',
  });
}

/** What others wrote is shown short, and never obeyed by a terminal. */
function shown(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
