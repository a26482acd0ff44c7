import { setTimeout as sleep } from 'node:timers/promises';

import { CommandTarget } from '@nx-ml/core/adapters/target-command';
import { GatewayTarget } from '@nx-ml/core/adapters/target-gateway';
import { KubernetesTarget, readClusterAddress } from '@nx-ml/core/adapters/target-kubernetes';
import type { KubernetesSettings } from '@nx-ml/core/adapters/target-kubernetes';
import type { DeployTarget } from '@nx-ml/core/deploy';
import { visibleVariables } from '@nx-ml/core/environment';
import { MlError } from '@nx-ml/core/kernel';
import type { Deployment } from '@nx-ml/core/manifest';
import type { Place } from '@nx-ml/core/usecases/deploy';

import { systemClock } from '../system-clock.js';

type KubernetesConfig = NonNullable<Deployment['target']['kubernetes']>;

interface TargetPlace {
  readonly place: Place;
  /** Absolute: of the service. */
  readonly folder: string;
  readonly variables: NodeJS.ProcessEnv;
}

/** What serves, as ml.yaml says. @throws MlError ERR_ML_DEPLOY_TARGET for a gateway without its token */
export function openTarget(
  { place, folder, variables }: TargetPlace,
  target: Deployment['target'],
): DeployTarget {
  const { command, env = [], kubernetes, gateway = '', token } = target;
  if (kubernetes !== undefined) return clusterTarget(place, kubernetes, variables);
  if (command !== undefined)
    return new CommandTarget({ command, cwd: folder, env: visibleVariables(variables, env) }, place);
  return new GatewayTarget({ url: gateway, token: tokenOf(gateway, token, variables) }, place.service);
}

function clusterTarget(
  place: Place,
  given: KubernetesConfig,
  variables: NodeJS.ProcessEnv,
): KubernetesTarget {
  const address = readClusterAddress(variables, given.context);
  const settings = clusterSettings(place, { namespace: address.namespace, ...given });
  const pause = (milliseconds: number): Promise<void> => sleep(milliseconds);
  return new KubernetesTarget(address, settings, { now: () => systemClock.now(), pause });
}

/** With all defaults filled in. @throws MlError ERR_ML_USAGE for a project whose name is none in a cluster */
export function clusterSettings({ service }: Place, given: KubernetesConfig): KubernetesSettings {
  const name = given.name ?? service.replace(/^@.*\//, '');
  if (!/^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/.test(name))
    throw new MlError('ERR_ML_USAGE', {
      message: `${name} is no name that Kubernetes takes: small letters, digits and -, at most 40 of them`,
      fix: 'Give one under `target: kubernetes: name:` in ml.yaml.',
    });
  const { namespace = 'default', image = '', port = 8080, replicas = 1, format = 'onnx', ...rest } = given;
  return { ...rest, namespace, image, port, replicas, format, name };
}

function tokenOf(
  gateway: string,
  variable = 'NX_ML_GATEWAY_TOKEN',
  variables: NodeJS.ProcessEnv = {},
): string {
  const token = variables[variable];
  if (token !== undefined && token !== '') return token;
  throw new MlError('ERR_ML_DEPLOY_TARGET', {
    message: `There is no admin token for the gateway at ${gateway}: ${variable} is not set`,
    fix: `Set ${variable} to the token of the gateway’s admin listener.`,
  });
}
