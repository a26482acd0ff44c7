import { abortOnExit } from '../abort-on-exit.js';
import { compose, parallelLimit } from '../compose.js';
import type { Composition } from '../compose.js';
import { readNxJson } from '../plugin-options.js';
import { liveProgress } from '../report/live-progress.js';
import { systemClock } from '../system-clock.js';
import { projectGraph } from './ask-workspace.js';
import { findWorkspaceRoot } from './workspace-root.js';

export interface WorkspaceAtHand extends Composition {
  readonly parallel: number;
  readonly signal: AbortSignal;
}

/** Opens what it takes to act in the workspace that a folder lies in, and closes it however that ends. @throws MlError */
export async function withWorkspace<T>(
  cwd: string,
  action: (workspace: WorkspaceAtHand) => Promise<T>,
): Promise<T> {
  const root = findWorkspaceRoot(cwd);
  const [graph, nxJson] = await Promise.all([projectGraph(root), readNxJson(root)]);
  const abort = abortOnExit();
  const emit = liveProgress({
    write: (text) => process.stderr.write(text),
    now: () => systemClock.monotonic(),
  });
  const deps = await compose({ root, graph, nxJson, emit, signal: abort.signal });
  try {
    return await action({ ...deps, parallel: parallelLimit(nxJson), signal: abort.signal });
  } finally {
    deps.close();
    abort.dispose();
  }
}
