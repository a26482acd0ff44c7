import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { GitRepository } from '@nx-ml/core/adapters/git';
import { hasEnded, processMark } from '@nx-ml/core/adapters/slots-fs';
import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import type { DeployEvent } from '@nx-ml/core/deploy';
import { isMlError } from '@nx-ml/core/kernel';
import type { Deployment } from '@nx-ml/core/manifest';
import type { Journal, ObjectStore } from '@nx-ml/core/store';
import type { DeployDeps, Place } from '@nx-ml/core/usecases/deploy';

import { abortOnExit } from '../abort-on-exit.js';
import { findWorkspaceRoot } from '../cli/workspace-root.js';
import { withRemote } from '../compose-remote.js';
import { readNxJson } from '../plugin-options.js';
import { storeFolder } from '../store-folder.js';
import { systemClock } from '../system-clock.js';
import { workspaceId } from '../workspace/workspace-id.js';
import { findDeployment } from './find-service.js';
import { storedBundles } from './open-bundles.js';
import { openTarget } from './open-target.js';
import { owedFile } from './owed-file.js';

/** A service, where it is to be served, and the store that knows its past. */
export interface ServiceAtHand {
  readonly place: Place;
  readonly deployment: Deployment;
  /** Absolute: of the service. */
  readonly folder: string;
  readonly root: string;
  readonly workspaceId: string;
  readonly stores: DeployStores;
  readonly sourceControl: GitRepository;
  readonly signal: AbortSignal;
}

interface DeployStores {
  readonly journals: Journal;
  readonly objects: Pick<ObjectStore, 'materialise'>;
}

export interface ServiceRequest {
  readonly cwd: string;
  readonly service: string;
  /** Default: the first one of its ml.yaml. */
  readonly environment: string | undefined;
  /** Go on where the store cannot be opened: for what the target can do by itself. */
  readonly withoutStore?: true;
}

/** Opens what it takes to know a service, and closes it however that ends. @throws MlError */
export async function withService<T>(
  request: ServiceRequest,
  action: (service: ServiceAtHand) => Promise<T>,
): Promise<T> {
  const { cwd, service, environment } = request;
  const root = findWorkspaceRoot(cwd);
  const { deployment, root: folder } = await findDeployment(root, service, environment);
  const nxJson = await readNxJson(root);
  const abort = abortOnExit();
  try {
    return await action({
      place: { service, environment: deployment.environment },
      deployment,
      folder: join(root, folder),
      root,
      workspaceId: workspaceId(root, nxJson),
      stores: await openStores(root, request, { nxJson, signal: abort.signal }),
      sourceControl: new GitRepository(root),
      signal: abort.signal,
    });
  } finally {
    abort.dispose();
  }
}

/** What changes the service. @throws MlError ERR_ML_DEPLOY_TARGET where nobody gave the token */
export function deployDeps(at: ServiceAtHand, emit: (event: DeployEvent) => void): DeployDeps {
  const { place, deployment, root, stores, sourceControl, signal } = at;
  return {
    journals: stores.journals,
    workspaceId: at.workspaceId,
    target: openTarget({ place, folder: at.folder, variables: process.env }, deployment.target),
    bundles: storedBundles(root, stores.objects, process.env),
    clock: systemClock,
    pause,
    holder: { mark: processMark(), hasEnded },
    owed: owedFile(root, place),
    revision: () => sourceControl.revision(),
    emit,
    signal,
  };
}

async function openStores(
  root: string,
  { withoutStore }: ServiceRequest,
  {
    nxJson,
    signal,
  }: { readonly nxJson: Awaited<ReturnType<typeof readNxJson>>; readonly signal: AbortSignal },
): Promise<DeployStores> {
  const store = storeFolder(process.env);
  try {
    const local = await openFolderStore({ root: store, usedBy: root });
    return withRemote(local, { nxJson, variables: process.env, store, emit: () => undefined, signal });
  } catch (error) {
    if (withoutStore !== true || !isMlError(error)) throw error;
    const refuse = (): Promise<never> => Promise.reject(error);
    return { journals: { read: refuse, last: refuse, append: refuse }, objects: { materialise: refuse } };
  }
}

/** Ends early when the signal is given: whoever waits looks at it then. */
async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { ...(signal === undefined ? {} : { signal }) }).catch(
    (error: unknown) => {
      if (signal?.aborted !== true) throw error;
    },
  );
}
