import type { WorkspaceData } from '../../data/index.js';
import { MlError, shortDigest } from '../../kernel/index.js';
import type { ObjectRef } from '../../store/index.js';
import type { ForeignTrees } from './foreign-trees.js';
import type { Workspace } from '../ports.js';
import type { RunStore, Stores } from '../records/run-store.js';

export interface SourceDeps {
  readonly workspace: Workspace;
  readonly stores: Stores;
  readonly runs: RunStore;
  readonly foreign: ForeignTrees;
  /** What lies in the workspace; what did not change since the last look is not read. */
  readonly data: WorkspaceData;
  /** Tells this process from all others; marks what it might leave behind when it is killed. */
  readonly processMark: string;
}

export async function isStored(
  ref: ObjectRef,
  { stores, runs }: Pick<SourceDeps, 'stores' | 'runs'>,
): Promise<boolean> {
  return (await stores.objects.has(ref.digest)) && (await runs.isComplete(ref));
}

/** What was stored must be what was looked at: the files may have changed in between. */
export function refuseOther(stored: ObjectRef, expected: ObjectRef, where: string): void {
  if (stored.digest === expected.digest) return;
  throw new MlError('ERR_ML_SOURCE_CHANGED', {
    message: `The data of ${where} changed while it was stored: ${shortDigest(expected.digest)} became ${shortDigest(stored.digest)}`,
    fix: 'Run again when nothing writes there.',
  });
}
