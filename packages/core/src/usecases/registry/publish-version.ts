import { planPublication, resolveVersion } from '../../registry/index.js';
import type {
  Catalogue,
  ListedVersion,
  PublicationPlan,
  RegistryState,
  Release,
  VersionEntry,
} from '../../registry/index.js';

export interface PublishRequest {
  readonly project: string;
  readonly workspaceId: string;
  /** A version or an alias that stands for one. */
  readonly version: number | string;
  /** The model's name in the catalogue. */
  readonly name: string;
  /** Where the bundle can be had; undefined: only which one it is, is told. */
  readonly source?: string | undefined;
  /** Nothing is written. */
  readonly dryRun?: boolean | undefined;
}

/** What was written into a catalogue, or would be. */
export interface Publication {
  readonly version: number;
  /** The catalogue's own number of it; undefined where it only would be created. */
  readonly listed: string | undefined;
  /** `model`, `version`, `metrics`, `alias NAME`; none where all was there already. */
  readonly changes: readonly string[];
  /** Aliases that the catalogue cannot take. */
  readonly leftOut: readonly string[];
}

/**
 * Lists a version in another registry: with its metrics, its tags and the names that stand for it now. What is there already is left as
 * it is, so that a publication that was broken off goes on where it was.
 *
 * @throws MlError ERR_ML_REGISTRY_ABSENT, ERR_ML_CATALOGUE_TAKEN and those of the catalogue
 */
export async function publishVersion(
  request: PublishRequest,
  { state, catalogue }: { readonly state: RegistryState; readonly catalogue: Catalogue },
): Promise<Publication> {
  const release = releaseOf(request, state);
  const plan = planPublication(release, await catalogue.list(release), {
    place: catalogue.place,
    takesAliases: catalogue.takesAliases,
    isSourceAsked: request.source !== undefined,
  });
  const applied = await (request.dryRun === true ? look : apply)(plan, release, catalogue);
  const { version } = release;
  return { version, listed: applied.id, changes: changesOf(plan, applied), leftOut: plan.leftOut };
}

interface Applied {
  readonly id: string | undefined;
  /** Names of those that were not there. */
  readonly metrics: readonly string[];
}

async function look(plan: PublicationPlan, release: Release, catalogue: Catalogue): Promise<Applied> {
  return { id: plan.version?.id, metrics: await missingMetrics(plan.version, release, catalogue) };
}

/** Names come last: what they stand for is complete. */
async function apply(plan: PublicationPlan, release: Release, catalogue: Catalogue): Promise<Applied> {
  if (plan.createsModel) await catalogue.createModel(release);
  const version = plan.version ?? (await catalogue.createVersion(release));
  const metrics = await missingMetrics(version, release, catalogue);
  if (metrics.length > 0) await catalogue.addMetrics(version, release, metrics);
  for (const alias of plan.aliases) await catalogue.setAlias(release.name, alias, version);
  return { id: version.id, metrics };
}

async function missingMetrics(
  version: ListedVersion | undefined,
  release: Release,
  catalogue: Catalogue,
): Promise<readonly string[]> {
  const names = Object.keys(release.metrics);
  return version === undefined || names.length === 0 ? names : catalogue.missingMetrics(version, release);
}

function changesOf({ createsModel, version, aliases }: PublicationPlan, { metrics }: Applied): string[] {
  return [
    ...(createsModel ? ['model'] : []),
    ...(version === undefined ? ['version'] : []),
    ...(metrics.length > 0 ? ['metrics'] : []),
    ...aliases.map((alias) => `alias ${alias}`),
  ];
}

function releaseOf({ project, workspaceId, name, ...asked }: PublishRequest, state: RegistryState): Release {
  const version = resolveVersion(state, asked.version, project);
  const entry = state.versions[version - 1];
  if (entry === undefined) throw new Error('a version that was resolved is there');
  const { manifest, metrics, at } = entry;
  const [workspace, model] = [encodeURIComponent(workspaceId), encodeURIComponent(project)];
  const aliases = [...state.aliases].filter(([, each]) => each === version).map(([alias]) => alias);
  // A path that is not absolute MLflow refuses.
  const own = `nx-ml://${workspace}/models/${model}/versions/${String(version)}`;
  return {
    ...{ name, version, manifest, metrics, aliases },
    owner: `${workspace}/${model}`,
    source: asked.source ?? own,
    at: Date.parse(at),
    tags: tagsOf(entry),
  };
}

/** What helps to find out more, beyond what marks it as ours. */
function tagsOf({ at, by, model, revision }: VersionEntry): Readonly<Record<string, string>> {
  return {
    'nx-ml.model': model.digest,
    'nx-ml.registered': at,
    ...(by === undefined ? {} : { 'nx-ml.by': by }),
    ...(revision === undefined
      ? {}
      : { 'nx-ml.commit': `${revision.commit}${revision.dirty ? ' and changes' : ''}` }),
  };
}
