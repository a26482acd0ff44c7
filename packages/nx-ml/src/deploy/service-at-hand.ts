import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { hasEnded, processMark } from '@nx-ml/core/adapters/slots-fs';
import type { DeployEvent } from '@nx-ml/core/deploy';
import { isMlError, MlError } from '@nx-ml/core/kernel';
import { deploymentsOf, nearestWord } from '@nx-ml/core/manifest';
import type { Deployment, MlConfig } from '@nx-ml/core/manifest';
import type { Journal, ObjectStore } from '@nx-ml/core/store';
import type { DeployDeps, Place } from '@nx-ml/core/usecases/deploy';

import { askWorkspace, findMlProject } from '../cli/ask-workspace.js';
import { withWorkspace } from '../cli/with-workspace.js';
import type { Questions } from '../compose-questions.js';
import { systemClock } from '../system-clock.js';
import { storedBundles } from './open-bundles.js';
import { openTarget } from './open-target.js';
import { owedFile } from './owed-file.js';

/** A service, where it is to be served, and what it takes to change that. */
export interface ServiceAtHand {
  readonly place: Place;
  readonly deployment: Deployment;
  readonly workspace: OpenWorkspace;
  readonly deps: DeployDeps;
}

/** What of a workspace it takes. */
interface OpenWorkspace extends Pick<Questions, 'root' | 'workspaceId' | 'workspace' | 'sourceControl'> {
  readonly stores: { readonly journals: Journal; readonly objects: Pick<ObjectStore, 'materialise'> };
  readonly revision: DeployDeps['revision'];
  readonly signal?: AbortSignal;
}

export interface ServiceRequest {
  readonly cwd: string;
  readonly service: string;
  /** Default: the first one of its ml.yaml. */
  readonly environment: string | undefined;
  readonly emit: (event: DeployEvent) => void;
  readonly withoutStore?: true;
}

/**
 * Opens what it takes to deploy a service, and closes it however that ends.
 *
 * @param request.withoutStore go on where the store cannot be opened: for what the target can do by itself
 * @throws MlError
 */
export async function withService<T>(
  request: ServiceRequest,
  action: (service: ServiceAtHand) => Promise<T>,
): Promise<T> {
  const progress = { begun: false };
  try {
    return await withWorkspace(request.cwd, (workspace) => {
      progress.begun = true;
      return serviceIn(workspace, request).then(action);
    });
  } catch (error) {
    const isStore = isMlError(error) && error.code === 'ERR_ML_STORE_UNAVAILABLE';
    if (progress.begun || !isStore || request.withoutStore !== true) throw error;
    const [questions] = await askWorkspace(request.cwd, () => Promise.resolve());
    const refuse = (): Promise<never> => Promise.reject(error);
    const journals = { read: refuse, last: refuse, append: refuse };
    const stores = { journals, objects: { materialise: refuse } };
    const revision = () => questions.sourceControl.revision();
    return action(await serviceIn({ ...questions, stores, revision }, request));
  }
}

async function serviceIn(workspace: OpenWorkspace, request: ServiceRequest): Promise<ServiceAtHand> {
  const { service, environment, emit } = request;
  const { config, root: project } = await findMlProject(service, workspace);
  const deployment = deploymentNamed(service, environment, config);
  const place = { service, environment: deployment.environment };
  const { stores, workspaceId, revision, signal, root } = workspace;
  const deps: DeployDeps = {
    journals: stores.journals,
    workspaceId,
    target: openTarget({ place, folder: join(root, project), variables: process.env }, deployment.target),
    bundles: storedBundles(root, stores.objects, process.env),
    clock: systemClock,
    pause,
    holder: { mark: processMark(), hasEnded },
    owed: owedFile(root, place),
    revision,
    emit,
    signal,
  };
  return { place, deployment, workspace, deps };
}

/** Ends early when the signal is given: whoever waits looks at it then. */
async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { ...(signal === undefined ? {} : { signal }) }).catch(
    (error: unknown) => {
      if (signal?.aborted !== true) throw error;
    },
  );
}

/** @param name default: the first one. @throws MlError ERR_ML_USAGE */
export function deploymentNamed(service: string, name: string | undefined, config: MlConfig): Deployment {
  const deployments = deploymentsOf(config);
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
