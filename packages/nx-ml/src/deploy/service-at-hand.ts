import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { GitRepository } from '@nx-ml/core/adapters/git';
import { hasEnded, processMark } from '@nx-ml/core/adapters/slots-fs';
import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import type { DeployEvent } from '@nx-ml/core/deploy';
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
  /** Open the store when it is asked something, not before: for what the target can do by itself. */
  readonly storeLater?: true;
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
  const open = (): Promise<DeployStores> => openStores(root, { nxJson, signal: abort.signal });
  try {
    return await action({
      place: { service, environment: deployment.environment },
      deployment,
      folder: join(root, folder),
      root,
      workspaceId: workspaceId(root, nxJson),
      stores: request.storeLater === true ? storesLater(open) : await open(),
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

type NxJson = Awaited<ReturnType<typeof readNxJson>>;

interface StoreOpening {
  readonly nxJson: NxJson;
  readonly signal: AbortSignal;
}

async function openStores(root: string, { nxJson, signal }: StoreOpening): Promise<DeployStores> {
  const store = storeFolder(process.env);
  const local = await openFolderStore({ root: store, usedBy: root });
  return withRemote(local, { nxJson, variables: process.env, store, emit: () => undefined, signal });
}

/** A disk that is slow, or a share that does not answer, keeps nobody from going back: it is asked afterwards. */
function storesLater(open: () => Promise<DeployStores>): DeployStores {
  let opening: Promise<DeployStores> | undefined;
  const opened = (): Promise<DeployStores> => (opening ??= open());
  return {
    journals: {
      read: async (...asked) => (await opened()).journals.read(...asked),
      last: async (...asked) => (await opened()).journals.last(...asked),
      append: async (...asked) => (await opened()).journals.append(...asked),
    },
    objects: { materialise: async (...asked) => (await opened()).objects.materialise(...asked) },
  };
}

/** Ends early when the signal is given: whoever waits looks at it then. */
async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { ...(signal === undefined ? {} : { signal }) }).catch(
    (error: unknown) => {
      if (signal?.aborted !== true) throw error;
    },
  );
}
