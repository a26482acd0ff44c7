import { releaseId } from '../../deploy/index.js';
import { isMlError } from '../../kernel/index.js';
import { deploymentsOf, gatePolicyOf, packageStepOf } from '../../manifest/index.js';
import type { Deployment } from '../../manifest/index.js';
import { champion } from '../../registry/index.js';
import type { Journal } from '../../store/index.js';
import { championsIn, DeployJournal, resolveRelease } from '../deploy/index.js';
import { isPromoted } from '../package/is-promoted.js';
import type { FindPackageDeps } from '../package/find-package.js';
import type { PlannedStep } from '../plan/plan-workspace.js';
import type { MlProject } from '../ports.js';
import { Registry } from '../registry/index.js';

/** What a merge would come to behind the steps: which bundles become champions, and which services serve others. */
export interface PlannedReleases {
  readonly promote: readonly PlannedPromotion[];
  readonly deploy: readonly PlannedDeployment[];
  /** Why neither is known, where a journal could not be reached. */
  readonly unknown?: string;
}

interface PlannedPromotion {
  readonly model: string;
  /** The version that is champion now; null where none is. */
  readonly from: number | null;
  /** It has to be packaged first, and only what passes its gate is. */
  readonly waits: boolean;
}

interface PlannedDeployment {
  readonly service: string;
  readonly environment: string;
  /** Its models that have to be promoted first. */
  readonly waitsFor: readonly string[];
}

export interface PlanReleasesDeps extends FindPackageDeps {
  readonly stores: FindPackageDeps['stores'] & { readonly journals: Journal };
}

/**
 * Asks journals alone, no target: a service that somebody changed by other means is found when it is deployed.
 *
 * @param planned their steps with those of their packages.
 * @throws MlError of journals that are broken
 */
export async function planReleases(
  projects: readonly string[],
  planned: readonly PlannedStep[],
  deps: PlanReleasesDeps,
): Promise<PlannedReleases> {
  try {
    return await releasesBehind(projects, planned, deps);
  } catch (error) {
    // Whoever plans without the remote asks what would run.
    if (isMlError(error) && error.code === 'ERR_ML_REMOTE_UNAVAILABLE')
      return { promote: [], deploy: [], unknown: error.message };
    throw error;
  }
}

async function releasesBehind(
  projects: readonly string[],
  planned: readonly PlannedStep[],
  deps: PlanReleasesDeps,
): Promise<PlannedReleases> {
  const described = projects.flatMap((name) => readable(name, deps));
  const promotions = await Promise.all(described.map((project) => promotionOf(project, planned, deps)));
  const promote = promotions.flat();
  const promoted = new Set(promote.map(({ model }) => model));
  const deployments = await Promise.all(
    described.flatMap((project) =>
      deploymentsOf(project.config).map((deployment) => deploymentOf(project, deployment, promoted, deps)),
    ),
  );
  return { promote, deploy: deployments.flat() };
}

async function promotionOf(
  project: MlProject,
  planned: readonly PlannedStep[],
  deps: PlanReleasesDeps,
): Promise<readonly PlannedPromotion[]> {
  const { name: model, config } = project;
  if (gatePolicyOf(config) === undefined || packageStepOf(config) === undefined) return [];
  const state = await new Registry(deps.stores.journals, deps.workspaceId).state(model);
  const step = planned.find(({ ref }) => ref.project === model && ref.step === 'package');
  if (step === undefined || step.state === 'broken') return [];
  const isPackaged = step.state === 'current' || step.state === 'restore';
  if (isPackaged && (await isPromoted(project, state, deps))) return [];
  return [{ model, from: state.aliases.get(champion) ?? null, waits: !isPackaged }];
}

async function deploymentOf(
  { name: service }: MlProject,
  { environment, models, config }: Deployment,
  promoted: ReadonlySet<string>,
  { stores: { journals }, workspaceId }: PlanReleasesDeps,
): Promise<readonly PlannedDeployment[]> {
  const waitsFor = [...new Set(Object.values(models))].filter((model) => promoted.has(model));
  if (waitsFor.length > 0) return [{ service, environment, waitsFor }];
  try {
    const champions = championsIn(new Registry(journals, workspaceId));
    const { release } = await resolveRelease({ service, models, config }, champions);
    const { serving } = await new DeployJournal(journals, workspaceId, { service, environment }).state();
    return serving === releaseId(release) ? [] : [{ service, environment, waitsFor }];
  } catch (error) {
    // A model of it has no version yet, and nothing here gives it one: deploying it says so.
    if (isMlError(error) && error.code === 'ERR_ML_DEPLOY_REFUSED') return [];
    throw error;
  }
}

/** What is wrong with an ml.yaml, its steps tell. */
function readable(name: string, { workspace }: PlanReleasesDeps): readonly MlProject[] {
  try {
    const project = workspace.mlProject(name);
    return project === undefined ? [] : [project];
  } catch (error) {
    if (isMlError(error)) return [];
    throw error;
  }
}
