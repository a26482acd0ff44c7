import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { stepId } from '@nx-ml/core/layout';
import type { Remote } from '@nx-ml/core/remote';
import { currentResults } from '@nx-ml/core/usecases/plan';
import type { CurrentResult } from '@nx-ml/core/usecases/plan';
import type { Stores } from '@nx-ml/core/usecases/records';
import { ReadThroughJournal, ReadThroughStore, RemoteAccess } from '@nx-ml/core/usecases/transfer';

import { questionsOver, workspaceToAsk } from '../compose-questions.js';
import { readNxJson } from '../plugin-options.js';
import type { Progress } from '../report/progress.js';
import { storeFolder } from '../store-folder.js';
import { systemClock } from '../system-clock.js';
import { findMlProject, projectGraph } from './ask-workspace.js';
import { remoteOf } from './data-transfer.js';
import { watched } from './watched.js';
import { findWorkspaceRoot } from './workspace-root.js';

export interface ResultsRequest {
  readonly cwd: string;
  readonly doing: string;
  /** Projects; none for all. */
  readonly args: readonly string[];
  readonly remote: string | undefined;
  /** Look for results at the remote too. */
  readonly through: boolean;
}

export interface ResultsTransfer {
  /** Of the workspace. Absolute. */
  readonly root: string;
  readonly results: readonly CurrentResult[];
  /** Of this machine. */
  readonly local: Stores;
  readonly remote: Remote;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Opens what it takes to move the results of steps, and closes it however that ends. @throws MlError */
export async function withResults<T>(
  request: ResultsRequest,
  action: (transfer: ResultsTransfer) => Promise<T>,
): Promise<T> {
  const root = findWorkspaceRoot(request.cwd);
  const remote = await remoteOf(root, request.remote);
  return watched(request.doing, async (watch) => {
    const local = await openFolderStore({ root: storeFolder(process.env), usedBy: root });
    const stores = request.through ? readThrough(local, remote) : local;
    const results = await resultsIn(root, stores, request.args);
    return action({ root, results, local, remote, ...watch });
  });
}

export function stepNames(results: readonly CurrentResult[]): readonly string[] {
  return results.map(({ ref }) => stepId(ref));
}

async function resultsIn(
  root: string,
  stores: Stores,
  projects: readonly string[],
): Promise<readonly CurrentResult[]> {
  const [graph, nxJson] = await Promise.all([projectGraph(root), readNxJson(root)]);
  const questions = questionsOver({ root, graph, nxJson }, stores, await workspaceToAsk(root, graph));
  for (const name of projects) await findMlProject(name, questions);
  const names = projects.length === 0 ? questions.workspace.mlProjectNames() : projects;
  const { currentPackages } = await import('@nx-ml/core/usecases/package');
  return [...(await currentResults(names, questions)), ...(await currentPackages(names, questions))];
}

/** What must be known is asked strictly: a remote that fails is no remote without results. */
function readThrough(local: Stores, remote: Remote): Stores {
  const access = new RemoteAccess({
    open: () => Promise.resolve(remote),
    clock: systemClock,
    onFailure: (error) => {
      throw error;
    },
  });
  return {
    objects: new ReadThroughStore({ local: local.objects, access }),
    journals: new ReadThroughJournal(local.journals, access),
  };
}
