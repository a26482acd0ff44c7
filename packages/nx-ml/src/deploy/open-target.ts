import { CommandTarget } from '@nx-ml/core/adapters/target-command';
import { GatewayTarget } from '@nx-ml/core/adapters/target-gateway';
import type { DeployTarget } from '@nx-ml/core/deploy';
import { visibleVariables } from '@nx-ml/core/environment';
import { MlError } from '@nx-ml/core/kernel';
import type { Deployment } from '@nx-ml/core/manifest';
import type { Place } from '@nx-ml/core/usecases/deploy';

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
  const { command, env = [], gateway = '', token } = target;
  if (command !== undefined)
    return new CommandTarget({ command, cwd: folder, env: visibleVariables(variables, env) }, place);
  return new GatewayTarget({ url: gateway, token: tokenOf(gateway, token, variables) }, place.service);
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
