import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { renderManifests } from '@nx-ml/core/adapters/target-kubernetes';
import type { Release } from '@nx-ml/core/deploy';
import { MlError } from '@nx-ml/core/kernel';

import { clusterSettings } from './open-target.js';
import type { ServiceAtHand } from './service-at-hand.js';

/**
 * Writes the manifests of a release into a folder. No target is opened: whoever does GitOps need not reach the cluster from here.
 *
 * @returns what was written, a line each
 * @throws MlError ERR_ML_USAGE where the environment is no cluster
 */
export function renderRelease(
  { place, deployment }: Pick<ServiceAtHand, 'place' | 'deployment'>,
  release: Release,
  folder: string,
): string {
  const { kubernetes } = deployment.target;
  if (kubernetes === undefined)
    throw new MlError('ERR_ML_USAGE', {
      message: `${place.environment} of ${place.service} is no cluster: there is nothing to render`,
      fix: 'Name an environment with `target: kubernetes` by --env.',
    });
  const files = renderManifests(clusterSettings(place, kubernetes), release);
  mkdirSync(folder, { recursive: true });
  return [...files].map(([name, text]) => written(join(folder, name), text)).join('');
}

/** What is the same already keeps its time: tools that watch the folder see changes only. */
function written(file: string, text: string): string {
  const isSame = existsSync(file) && readFileSync(file, 'utf8') === text;
  if (!isSame) writeFileSync(file, text);
  return `${file}${isSame ? ' (unchanged)' : ''}\n`;
}
