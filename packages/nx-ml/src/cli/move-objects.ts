import type { SizedObject } from '@nx-ml/core/remote';
import { lackingOf, pullRefs } from '@nx-ml/core/usecases/transfer';
import type { PushPlan, RefPart, TransferDeps } from '@nx-ml/core/usecases/transfer';

import type { TransferReport } from '../report/transfer-text.js';

type Moved = Pick<TransferReport, 'objects' | 'bytes'>;

/** Brings what the store lacks, or tells what it would. */
export async function bring(
  parts: readonly RefPart[],
  deps: TransferDeps,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Moved> {
  if (dryRun) return countOf(await lackingOf(parts, deps));
  const { objects, size } = await pullRefs(parts, deps);
  return { objects, bytes: size };
}

function countOf(objects: readonly SizedObject[]): Moved {
  return { objects: objects.length, bytes: objects.reduce((sum, { size }) => sum + (size ?? 0), 0) };
}

/** What a push writes, and what was there. */
export function pushed({
  files,
  trees,
  size,
  there,
}: PushPlan): Pick<TransferReport, 'objects' | 'bytes' | 'there'> {
  return { objects: files.length + trees.length, bytes: size, there };
}
