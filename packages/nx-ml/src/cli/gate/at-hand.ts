import { gatePolicyOf } from '@nx-ml/core/manifest';
import type { GatePolicy } from '@nx-ml/core/gate';

import type { Composition } from '../../compose.js';
import { findMlProject } from '../ask-workspace.js';
import { usageError } from '../command.js';
import { withWorkspace } from '../with-workspace.js';
import type { WorkspaceAtHand } from '../with-workspace.js';

/** A model with a gate. */
export interface GatedModel {
  readonly project: string;
  readonly policy: GatePolicy;
  /** Name of its test set. */
  readonly testSet: string;
}

export interface GateAtHand extends WorkspaceAtHand {
  readonly models: readonly GatedModel[];
}

export interface GateRequest {
  readonly cwd: string;
  /** Projects; none for all that have a gate. */
  readonly names: readonly string[];
  readonly help: string;
}

/** Opens what it takes to judge, and closes it however that ends. @throws MlError */
export function withGate<T>(
  { cwd, names, help }: GateRequest,
  action: (gate: GateAtHand) => Promise<T>,
): Promise<T> {
  return withWorkspace(cwd, async (workspace) =>
    action({ ...workspace, models: await modelsOf(names, workspace, help) }),
  );
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
