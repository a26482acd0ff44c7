import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { renderManifests } from '@nx-ml/core/adapters/target-kubernetes';
import { MlError } from '@nx-ml/core/kernel';
import { championsIn, resolveRelease } from '@nx-ml/core/usecases/deploy';
import { Registry } from '@nx-ml/core/usecases/registry';

import type { CliIo } from '../cli/command.js';
import { withWorkspace } from '../cli/with-workspace.js';
import { clusterSettings } from './open-target.js';
import { findDeployment } from './find-service.js';

interface RenderRequest {
  readonly folder: string;
  readonly env: string | boolean | undefined;
}

/**
 * Writes the manifests of the champions' release. No target is opened: whoever does GitOps need not reach the cluster from here.
 *
 * @throws MlError ERR_ML_USAGE where the environment is no cluster
 */
export function renderRelease(service: string, { folder, env }: RenderRequest, io: CliIo): Promise<number> {
  return withWorkspace(io.cwd, async (workspace) => {
    const environment = env === undefined ? undefined : String(env);
    const { deployment } = await findDeployment(workspace.root, service, environment);
    const { kubernetes } = deployment.target;
    if (kubernetes === undefined)
      throw new MlError('ERR_ML_USAGE', {
        message: `${deployment.environment} of ${service} is no cluster: there is nothing to render`,
        fix: 'Name an environment with `target: kubernetes` by --env.',
      });
    const place = { service, environment: deployment.environment };
    const registry = new Registry(workspace.stores.journals, workspace.workspaceId);
    const { models, config: released } = deployment;
    const resolved = await resolveRelease({ service, models, config: released }, championsIn(registry));
    const files = renderManifests(clusterSettings(place, kubernetes), resolved.release);
    io.write(written(resolve(io.cwd, folder), files));
    return 0;
  });
}

/** What is the same already keeps its time: tools that watch the folder see changes only. */
function written(folder: string, files: ReadonlyMap<string, string>): string {
  mkdirSync(folder, { recursive: true });
  const lines = [...files].map(([name, text]) => {
    const file = join(folder, name);
    const isSame = existsSync(file) && readFileSync(file, 'utf8') === text;
    if (!isSame) writeFileSync(file, text);
    return `${file}${isSame ? ' (unchanged)' : ''}\n`;
  });
  return lines.join('');
}
