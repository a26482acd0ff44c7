import { deploymentsOf, gatePolicyOf, packageStepOf } from '@nx-ml/core/manifest';
import type { Deployment } from '@nx-ml/core/manifest';
import { isMlError } from '@nx-ml/core/kernel';
import type { MlProject, Workspace } from '@nx-ml/core/usecases';

/** What comes after training, by the job that does it. Names are separated by commas, as a shell takes them apart. */
export interface LaterJobs {
  /** Models with a gate that are not packaged. */
  readonly accept: string;
  readonly package: string;
  /** Models that are judged and packaged. */
  readonly promote: string;
  /** Services by environment, whether something of theirs changed or not: that, the registry knows. */
  readonly deploy: Readonly<Record<string, string>>;
}

export function laterJobs(
  models: readonly Pick<MlProject, 'name' | 'config'>[],
  services: readonly Pick<MlProject, 'name' | 'config'>[],
): LaterJobs {
  const isJudged = ({ config }: Pick<MlProject, 'config'>) => gatePolicyOf(config) !== undefined;
  const isPackaged = ({ config }: Pick<MlProject, 'config'>) => packageStepOf(config) !== undefined;
  return {
    accept: namesOf(models.filter((model) => isJudged(model) && !isPackaged(model))),
    package: namesOf(models.filter(isPackaged)),
    promote: namesOf(models.filter((model) => isJudged(model) && isPackaged(model))),
    deploy: Object.fromEntries(
      environmentsOf(services).map(({ name }) => [
        name,
        namesOf(services.filter(({ config }) => servesIn(config, name))),
      ]),
    ),
  };
}

export interface NamedEnvironment {
  readonly name: string;
  readonly targets: readonly Deployment['target'][];
  readonly services: readonly string[];
}

/** The environments of all services, in the order in which the services name them first. */
export function environmentsOf(
  services: readonly Pick<MlProject, 'name' | 'config'>[],
): readonly NamedEnvironment[] {
  const found = services.flatMap(({ name: service, config }) =>
    deploymentsOf(config).map(({ environment, target }) => ({ environment, target, service })),
  );
  return [...new Set(found.map(({ environment }) => environment))].map((name) => {
    const own = found.filter(({ environment }) => environment === name);
    return { name, targets: own.map(({ target }) => target), services: own.map(({ service }) => service) };
  });
}

/** A gateway of whoever asks: no machine of a CI has it. */
export function isOnlyHere({ targets }: NamedEnvironment): boolean {
  return targets.every(
    ({ gateway }) =>
      gateway !== undefined && /^https?:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?:[:/]|$)/.test(gateway),
  );
}

/** Services of a workspace whose ml.yaml can be read; what is wrong with another, its deployment tells. */
export function servicesIn(workspace: Workspace): readonly MlProject[] {
  return [...workspace.mlProjectNames()].sort().flatMap((name) => {
    try {
      const project = workspace.mlProject(name);
      return project?.config.kind === 'service' ? [project] : [];
    } catch (error) {
      if (isMlError(error)) return [];
      throw error;
    }
  });
}

function servesIn(config: MlProject['config'], environment: string): boolean {
  return deploymentsOf(config).some((deployment) => deployment.environment === environment);
}

function namesOf(projects: readonly Pick<MlProject, 'name'>[]): string {
  return projects.map(({ name }) => name).join(',');
}
