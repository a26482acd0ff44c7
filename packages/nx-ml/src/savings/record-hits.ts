import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { NxJsonConfiguration } from '@nx/devkit';
import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import type { StepRef } from '@nx-ml/core/layout';
import { parseMlYaml, stepsOf } from '@nx-ml/core/manifest';
import { decodeKeyFile } from '@nx-ml/core/provenance';
import { RunStore } from '@nx-ml/core/usecases/records';
import type { SparedStep } from '@nx-ml/core/usecases/savings';

import { storeFolder } from '../store-folder.js';
import { workspaceId } from '../workspace/workspace-id.js';
import { record } from './record-restored.js';

/** A step whose task Nx has ended. */
export interface EndedStep {
  readonly ref: StepRef;
  /** Its key file, as it lies there now. */
  readonly keys: string;
  /** A cache of Nx gave it. */
  readonly isHit: boolean;
  /** The project's, workspace-relative. */
  readonly folder: string;
}

/** Enters into the ledger what Nx's own caches spared. @throws MlError where the store cannot be used */
export async function recordHits(
  hits: readonly EndedStep[],
  { root, nxJson }: { readonly root: string; readonly nxJson: NxJsonConfiguration },
): Promise<void> {
  const spared = hits.flatMap((hit) => sparedOrNone(hit, root));
  if (spared.length === 0) return;
  const stores = await openFolderStore({ root: storeFolder(process.env), usedBy: root });
  await record(spared, 'nx', { stores, runs: new RunStore(stores), workspaceId: workspaceId(root, nxJson) });
}

/** One that cannot be read costs the others nothing. */
function sparedOrNone(hit: EndedStep, root: string): readonly SparedStep[] {
  try {
    return sparedStep(hit, root);
  } catch {
    return [];
  }
}

/** A key file is what Nx brought back, and may be of anybody. What a run holds stands in ml.yaml. */
function sparedStep(
  { ref: { project, step }, keys, folder }: EndedStep,
  root: string,
): readonly SparedStep[] {
  const file = decodeKeyFile(keys);
  const parsed = parseMlYaml(readFileSync(join(root, folder, 'ml.yaml'), 'utf8'), `${folder}/ml.yaml`);
  if (file?.project !== project || file.step !== step || !parsed.ok) return [];
  const spec = stepsOf(parsed.config).find((one) => one.step === step);
  // Data that is given was never made by a run.
  if (spec === undefined || spec.command === '' || file.runs.length === 0) return [];
  return [{ project, step, gpus: spec.resources.gpu, keys: file.runs.map(({ key }) => key) }];
}
