import { join } from 'node:path';

import { hasEnded } from '@nx-ml/core/adapters/slots-fs';
import { writeFileAtomic } from '@nx-ml/core/adapters/store-fs';
import { parsePrices } from '@nx-ml/core/savings';
import type { Workspace } from '@nx-ml/core/usecases';
import { bringGiven, openStudy, tuneModel } from '@nx-ml/core/usecases/tune';
import type { OpenStudy, TuneEvent, TuneResult } from '@nx-ml/core/usecases/tune';

import { abortOnExit } from '../../abort-on-exit.js';
import { compose } from '../../compose.js';
import { pluginOptions, readNxJson } from '../../plugin-options.js';
import { findMlProject, projectGraph } from '../ask-workspace.js';
import { findWorkspaceRoot } from '../workspace-root.js';
import { withoutRuns } from './without-runs.js';

/** The study of a model, and what it takes to go on with it. */
export interface StudyAtHand {
  readonly study: OpenStudy;
  readonly workspace: Workspace;
  readonly tune: (request: {
    readonly trials: number | undefined;
    readonly emit: (event: TuneEvent) => void;
  }) => Promise<TuneResult>;
  /** Whole or not at all. @param path workspace-relative */
  readonly write: (path: string, text: string) => Promise<void>;
}

/** Opens the study of a model of the workspace that a folder lies in, and closes it however that ends. @throws MlError */
export async function withStudy<T>(
  { cwd, model }: { readonly cwd: string; readonly model: string },
  action: (at: StudyAtHand) => Promise<T>,
): Promise<T> {
  const root = findWorkspaceRoot(cwd);
  const [graph, nxJson] = await Promise.all([projectGraph(root), readNxJson(root)]);
  const abort = abortOnExit();
  const deps = await compose({ root, graph, nxJson, emit: withoutRuns, signal: abort.signal });
  try {
    const project = await findMlProject(model, deps);
    const study = await openStudy(project, {
      ...deps,
      journals: deps.stores.journals,
      bring: bringGiven(deps),
    });
    const prices = parsePrices(pluginOptions(nxJson)?.prices);
    return await action({
      study,
      workspace: deps.workspace,
      tune: (request) =>
        tuneModel({ study, prices, deps: { ...deps, hasEnded }, signal: abort.signal, ...request }),
      write: (path, text) => writeFileAtomic(join(root, path), Buffer.from(text)),
    });
  } finally {
    deps.close();
    abort.dispose();
  }
}
