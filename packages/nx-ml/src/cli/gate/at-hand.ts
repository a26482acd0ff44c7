import { gatePolicyOf } from '@nx-ml/core/manifest';
import type { GatePolicy } from '@nx-ml/core/gate';

import { abortOnExit } from '../../abort-on-exit.js';
import { compose, parallelLimit } from '../../compose.js';
import type { Composition } from '../../compose.js';
import { readNxJson } from '../../plugin-options.js';
import { liveProgress } from '../../report/live-progress.js';
import { systemClock } from '../../system-clock.js';
import { findMlProject, projectGraph } from '../ask-workspace.js';
import { usageError } from '../command.js';
import { findWorkspaceRoot } from '../workspace-root.js';

/** A model with a gate. */
export interface GatedModel {
  readonly project: string;
  readonly policy: GatePolicy;
  /** Name of its test set. */
  readonly testSet: string;
}

export interface GateAtHand extends Composition {
  readonly models: readonly GatedModel[];
  readonly parallel: number;
  readonly signal: AbortSignal;
}

export interface GateRequest {
  readonly cwd: string;
  /** Projects; none for all that have a gate. */
  readonly names: readonly string[];
  readonly help: string;
}

/** Opens what it takes to judge, and closes it however that ends. @throws MlError */
export async function withGate<T>(
  { cwd, names, help }: GateRequest,
  action: (gate: GateAtHand) => Promise<T>,
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
    const models = await modelsOf(names, deps, help);
    return await action({ ...deps, models, parallel: parallelLimit(nxJson), signal: abort.signal });
  } finally {
    deps.close();
    abort.dispose();
  }
}

/** A model named on the command line must have a gate; of all models those are meant that have one. */
async function modelsOf(
  names: readonly string[],
  deps: Composition,
  help: string,
): Promise<readonly GatedModel[]> {
  const found: GatedModel[] = [];
  for (const name of names.length > 0 ? names : [...deps.workspace.mlProjectNames()].sort()) {
    const { config } = await findMlProject(name, deps);
    const policy = gatePolicyOf(config);
    if (policy !== undefined) found.push({ project: name, policy, testSet: policy.testSet ?? name });
    else if (names.length > 0) throw usageError(`${name} has no "gate:" in its ml.yaml`, help);
  }
  if (found.length > 0) return found;
  throw usageError('No model of the workspace has a "gate:" in its ml.yaml', help);
}
