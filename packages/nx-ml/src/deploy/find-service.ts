import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { deploymentsOf, mlYamlError, nearestWord, parseMlYaml } from '@nx-ml/core/manifest';
import type { Deployment } from '@nx-ml/core/manifest';
import { MlError } from '@nx-ml/core/kernel';
import type { MlProject } from '@nx-ml/core/usecases';

import { askWorkspace, findMlProject } from '../cli/ask-workspace.js';

export interface FoundDeployment {
  readonly deployment: Deployment;
  /** Workspace-relative: of the service. */
  readonly root: string;
}

type FoundProject = Pick<MlProject, 'config' | 'root'>;

/**
 * Where a service is served, by its ml.yaml alone: Nx's graph takes longer than going back may. Where no ml.yaml gives the name,
 * a project.json may, and Nx is asked.
 *
 * @throws MlError ERR_ML_CONFIG_SYNTAX, ERR_ML_CONFIG_INVALID, ERR_ML_CONFIG_REFERENCE, ERR_ML_USAGE
 */
export async function findDeployment(
  root: string,
  service: string,
  environment: string | undefined,
): Promise<FoundDeployment> {
  const found = await findProject(root, service);
  const deployment = deploymentNamed(service, environment, deploymentsOf(found.config));
  return { deployment, root: found.root };
}

/**
 * A project that has an ml.yaml. @param root absolute: of the workspace
 *
 * @throws MlError ERR_ML_CONFIG_SYNTAX, ERR_ML_CONFIG_INVALID, ERR_ML_CONFIG_REFERENCE, ERR_ML_USAGE
 */
export async function findProject(root: string, name: string): Promise<FoundProject> {
  return projectBesideName(root, name) ?? (await projectByNx(root, name));
}

function projectBesideName(root: string, name: string): FoundProject | undefined {
  for (const file of new WorkspaceFiles(root).glob('.', ['**/ml.yaml'])) {
    const parsed = parseMlYaml(readFileSync(join(root, file), 'utf8'), file);
    const folder = basename(dirname(file));
    if (!parsed.ok && folder === name) throw mlYamlError(parsed.problems);
    if (parsed.ok && (parsed.config.name ?? folder) === name)
      return { config: parsed.config, root: dirname(file) };
  }
  return undefined;
}

async function projectByNx(root: string, name: string): Promise<FoundProject> {
  const [questions] = await askWorkspace(root, () => Promise.resolve());
  return findMlProject(name, questions);
}

function deploymentNamed(
  service: string,
  name: string | undefined,
  deployments: readonly Deployment[],
): Deployment {
  const [first] = deployments;
  const found = name === undefined ? first : deployments.find(({ environment }) => environment === name);
  if (found !== undefined) return found;
  if (first === undefined)
    throw new MlError('ERR_ML_USAGE', {
      message: `${service} has no "deploy:" in its ml.yaml`,
      fix: 'Say there where it is served; docs/guides/deploy.md shows how.',
    });
  const names = deployments.map(({ environment }) => environment);
  const nearest = nearestWord(name ?? '', names);
  throw new MlError('ERR_ML_USAGE', {
    message: `${service} has no environment ${name ?? ''}`,
    fix: nearest === undefined ? `It has ${names.join(', ')}.` : `Did you mean ${nearest}?`,
  });
}
