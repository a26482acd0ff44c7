import type { Digest } from '@nx-ml/core/kernel';
import { isMlError } from '@nx-ml/core/kernel';
import type { Remote } from '@nx-ml/core/remote';
import { applyCheckout, planCheckout, refuseLosses } from '@nx-ml/core/usecases/transfer';
import type { TreeEntry } from '@nx-ml/core/store';
import type { CheckoutPlan } from '@nx-ml/core/usecases/transfer';

import { sizeOf } from '../report/quantities.js';
import type { PlacedData } from '../report/transfer-text.js';
import type { DataTransfer } from './data-transfer.js';

export interface CheckoutRequest {
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Read-only links to the store, where they can be made, rather than copies to edit. */
  readonly link?: boolean;
  /** Has what could come back from there; undefined: only the store counts. */
  readonly remote: () => Promise<Remote | undefined>;
}

/** Brings all data that was asked for to what its pointers say, or none of it. @throws MlError ERR_ML_DATA_DRIFT */
export async function checkOut(
  transfer: DataTransfer,
  { force, dryRun, link, remote }: CheckoutRequest,
): Promise<readonly PlacedData[]> {
  const nowhere = (entries: readonly TreeEntry[], base: string): Promise<readonly Digest[]> =>
    lostFrom(entries, base, { transfer, remote });
  const deps = { ...transfer, nowhere, use: link === true ? ('read' as const) : ('edit' as const) };
  const plans: CheckoutPlan[] = [];
  for (const item of transfer.items) plans.push(await planCheckout(item, deps));
  if (!force) refuseLosses(plans);
  const files = plans.reduce((sum, plan) => sum + plan.place.length, 0);
  const bytes = plans.reduce((sum, plan) => sum + sizeOf(plan.place), 0);
  if (!dryRun && files > 0) transfer.progress.expect({ files, bytes });
  if (!dryRun) for (const plan of plans) await applyCheckout(plan, deps);
  return plans.map(({ item, place, remove }) => ({
    path: item.within === undefined ? item.path : `${item.path}/${item.within}`,
    placed: place.length,
    removed: remove.length,
  }));
}

interface LostFrom extends Pick<CheckoutRequest, 'remote'> {
  readonly transfer: DataTransfer;
}

async function lostFrom(
  entries: readonly TreeEntry[],
  base: string,
  { transfer, remote }: LostFrom,
): Promise<readonly Digest[]> {
  const gone = new Set(await transfer.store.missing(entries.map(({ digest }) => digest)));
  const unstored = entries.filter(({ digest }) => gone.has(digest));
  if (unstored.length === 0) return [];
  const { notInDvc } = await import('./checkout-dvc.js');
  return notAt(await notInDvc(unstored, base, transfer), remote);
}

async function notAt(digests: readonly Digest[], remote: LostFrom['remote']): Promise<readonly Digest[]> {
  if (digests.length === 0) return digests;
  try {
    return (await (await remote())?.missing(digests.map((digest) => ({ digest })))) ?? digests;
  } catch (error) {
    // Who cannot be asked is not relied on.
    if (isMlError(error)) return digests;
    throw error;
  }
}
