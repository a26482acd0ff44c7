import type { Deployment } from '@nx-ml/core/manifest';
import type { MlProject } from '@nx-ml/core/usecases';

import { environmentsOf, isOnlyHere } from '../../cli/later-jobs.js';

/** An environment that services are deployed to. */
export interface EnvironmentFacts {
  readonly name: string;
  /** Variables that its targets read: addresses and tokens, of which a pull request must see none. */
  readonly variables: readonly string[];
  /** A cluster is among its targets, which kubeconfig says how to reach. */
  readonly hasCluster: boolean;
}

/** @param asked names, separated by commas; default: those that a machine of a CI can reach. */
export function environmentFacts(
  services: readonly Pick<MlProject, 'name' | 'config'>[],
  asked: string | undefined,
): readonly EnvironmentFacts[] {
  const found = environmentsOf(services);
  const reached = found.filter((environment) => !isOnlyHere(environment)).map(({ name }) => name);
  return (asked?.split(',') ?? reached).map((name) => {
    const targets = found.find((environment) => environment.name === name)?.targets ?? [];
    return {
      name,
      variables: [...new Set(targets.flatMap(variablesOf))].sort(),
      hasCluster: targets.some(({ kubernetes }) => kubernetes !== undefined),
    };
  });
}

function variablesOf({
  gateway,
  token = 'NX_ML_GATEWAY_TOKEN',
  env,
}: Deployment['target']): readonly string[] {
  return [...(gateway === undefined ? [] : [token]), ...(env ?? [])];
}
