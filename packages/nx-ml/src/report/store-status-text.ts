import { hostname } from 'node:os';

import type { RegisteredWorkspace } from '@nx-ml/core/gc';
import type { Amount } from '@nx-ml/core/store';

import { alignColumns } from './columns.js';
import { agoText, countText, sizeText } from './quantities.js';

export interface StoreStatus {
  /** Absolute. */
  readonly root: string;
  /** The variable that says where it is. */
  readonly chosenBy: string | undefined;
  readonly formatVersion: number | undefined;
  /** Why nothing can be written. */
  readonly readOnly: string | undefined;
  /** Bytes. */
  readonly free: number | undefined;
  readonly objects: Amount;
  readonly quarantine: Amount;
  readonly temporary: Amount;
  readonly workspaces: readonly RegisteredWorkspace[];
  /** Where the remote of the workspace that asks is. */
  readonly remote: string | undefined;
  /** The last gc that deleted, or would have: when, and how many objects it found unneeded. */
  readonly collected: { readonly at: number; readonly waiting: number } | undefined;
}

export function storeStatusText(status: StoreStatus, now: number): string {
  const { root, chosenBy, formatVersion, readOnly, free } = status;
  const rows = [
    ['store', chosenBy === undefined ? root : `${root}, by ${chosenBy}`],
    ['format', formatVersion === undefined ? 'unknown' : String(formatVersion)],
    ...(readOnly === undefined ? [] : [['read-only', readOnly]]),
    ['holds', amountText(status.objects, 'object')],
    ['quarantine', quarantineText(status.quarantine)],
    ...(status.temporary.objects === 0 ? [] : [['tmp', amountText(status.temporary, 'file')]]),
    ['free', free === undefined ? 'unknown' : sizeText(free)],
    ['gc', collectedText(status.collected, now)],
    ['remote', status.remote ?? 'none'],
    ...workspaceRows(status.workspaces),
  ];
  return alignColumns(rows)
    .map((line) => `${line}\n`)
    .join('');
}

export function storeStatusJson({ workspaces, collected, ...status }: StoreStatus): object {
  return {
    formatVersion: 1,
    store: status.root,
    storeFormat: status.formatVersion ?? null,
    readOnly: status.readOnly ?? null,
    free: status.free ?? null,
    objects: status.objects,
    quarantine: status.quarantine,
    temporary: status.temporary,
    remote: status.remote ?? null,
    collectedAt: collected === undefined ? null : new Date(collected.at).toISOString(),
    workspaces: workspaces.map(({ host, path }) => ({ host, path })),
  };
}

function amountText({ objects, bytes }: Amount, thing: string): string {
  return objects === 0 ? 'none' : `${countText(objects, thing)}, ${sizeText(bytes)}`;
}

function quarantineText(quarantine: Amount): string {
  if (quarantine.objects === 0) return 'empty';
  return `${amountText(quarantine, 'damaged object')}; store gc --delete empties it after 14 days`;
}

function collectedText(collected: StoreStatus['collected'], now: number): string {
  if (collected === undefined) return 'never ran';
  const { at, waiting } = collected;
  const found = waiting === 0 ? 'found all of it needed' : `found ${countText(waiting, 'object')} unneeded`;
  return `ran ${agoText(new Date(at).toISOString(), now)} and ${found}`;
}

function workspaceRows(workspaces: readonly RegisteredWorkspace[]): readonly string[][] {
  if (workspaces.length === 0) return [['workspaces', 'none has registered yet']];
  const here = hostname();
  return [...workspaces]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, host }, index) => [
      index === 0 ? 'workspaces' : '',
      host === here ? path : `${path} on ${host}`,
    ]);
}
