import { join } from 'node:path';

import { processMark } from '@nx-ml/core/adapters/slots-fs';
import type { Digest } from '@nx-ml/core/kernel';
import { runsFolder } from '@nx-ml/core/layout';
import type { TreeEntry } from '@nx-ml/core/store';
import type { CheckoutItem } from '@nx-ml/core/usecases/transfer';

import type { FetchedFiles, PlacedData } from '../report/transfer-text.js';
import type { DataTransfer } from './data-transfer.js';

export interface DvcRequest {
  readonly dryRun: boolean;
  /** May DVC's remotes be asked? */
  readonly remotes: boolean;
}

export interface DvcCheckout {
  /** To be checked out with everything else. */
  readonly items: readonly CheckoutItem[];
  /** What is as it should be or, in a dry run, what would become of it. */
  readonly told: readonly PlacedData[];
  readonly fetched: FetchedFiles;
}

/** Brings the data of .dvc files into the store, as far as it is not in the workspace as it is named. */
export async function obtainAllDvc(
  transfer: DataTransfer,
  { dryRun, remotes }: DvcRequest,
): Promise<DvcCheckout> {
  const items: CheckoutItem[] = [];
  const told: PlacedData[] = [];
  const fetched = { files: 0, bytes: 0 };
  if (transfer.dvcItems.length === 0) return { items, told, fetched };
  const { forecastDvc, obtainDvc } = await import('@nx-ml/core/usecases/transfer');
  const onFetched = (bytes: number): void => {
    fetched.files += 1;
    fetched.bytes += bytes;
  };
  const staging = join(runsFolder(transfer.root), `pull@${processMark()}`);
  const deps = { ...transfer, remotes, staging, onFetched };
  for (const item of transfer.dvcItems) {
    if (dryRun) {
      const forecast = await forecastDvc(item, deps);
      fetched.files += forecast.fetched;
      told.push({ path: forecast.path, placed: forecast.placed, removed: forecast.removed });
      continue;
    }
    const obtained = await obtainDvc(item, deps);
    if (obtained === undefined) told.push({ path: item.ref.path, placed: 0, removed: 0 });
    else items.push(obtained);
  }
  return { items, told, fetched };
}

/** Those among files of the workspace that DVC's cache does not have either. */
export async function notInDvc(
  entries: readonly TreeEntry[],
  base: string,
  { dvcItems, dvc }: Pick<DataTransfer, 'dvcItems' | 'dvc'>,
): Promise<readonly Digest[]> {
  const item = dvcItems.find(
    ({ ref }) => ref.path === base || ref.path.startsWith(`${base}/`) || base === '',
  );
  if (item === undefined) return entries.map(({ digest }) => digest);
  const { sums, trees } = await dvc();
  const found = sums.of(base, 'tree', entries);
  return entries.flatMap(({ path, digest }) => {
    const { md5 = '', legacy = '' } = found.get(digest) ?? {};
    const files = [
      { path, sum: { kind: 'md5', hex: md5 } },
      { path, sum: { kind: 'md5-dos2unix', hex: legacy } },
    ] as const;
    return trees.data.cachedSizes(item.ref, files).every((size) => size === undefined) ? [digest] : [];
  });
}
