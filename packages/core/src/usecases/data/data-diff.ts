import { basename } from 'node:path';

import { dataPathOf, longestPointer, readPointer } from '../../data/index.js';
import { isMlError } from '../../kernel/index.js';
import type { MlError } from '../../kernel/index.js';
import type { ObjectRef } from '../../store/index.js';
import { contentChanges } from './content-changes.js';
import type { Content, DataChange } from './content-changes.js';
import { workspaceContent } from './data-status.js';
import type { DataStatusDeps } from './data-status.js';
import { storedContent } from './stored-content.js';

/** What became of the data of one pointer from one version of the workspace to another. */
export type DataDiff = {
  readonly pointer: string;
  readonly path: string;
} & (
  | {
      /** undefined: there was no such data. */
      readonly before: ObjectRef | undefined;
      /** undefined: there is none any more. */
      readonly after: ObjectRef | undefined;
      /** Of data that both have; undefined where the store lacks the list of one of them. */
      readonly changes: readonly DataChange[] | undefined;
    }
  | { readonly error: MlError }
);

/** Pointers and their texts at a commit; or the workspace as it is, by the pointers that are in it. */
export type DataVersion = ReadonlyMap<string, string> | { readonly workspace: readonly string[] };

/** What a version has under one pointer. */
interface Side {
  readonly ref: ObjectRef;
  content(): Promise<Content | undefined>;
}

/**
 * What differs between two versions of the workspace's data; what is the same in both is left out. The version that is in the
 * workspace is the data itself, whatever its pointer says, and where the data is not here the pointer.
 */
export async function dataDiff(
  before: DataVersion,
  after: DataVersion,
  deps: DataStatusDeps,
): Promise<readonly DataDiff[]> {
  const pointers = [...new Set([...pointersIn(before), ...pointersIn(after)])].sort();
  const diffs: DataDiff[] = [];
  for (const pointer of pointers) {
    const diff = await diffOf(pointer, [before, after], deps);
    if (diff !== undefined) diffs.push(diff);
  }
  return diffs;
}

async function diffOf(
  pointer: string,
  [before, after]: readonly [DataVersion, DataVersion],
  deps: DataStatusDeps,
): Promise<DataDiff | undefined> {
  const path = dataPathOf(pointer);
  try {
    const old = await sideOf(pointer, before, deps);
    const now = await sideOf(pointer, after, deps);
    if (isSame(old?.ref, now?.ref)) return undefined;
    const changes = old === undefined || now === undefined ? undefined : await changesOf(old, now);
    return { pointer, path, before: old?.ref, after: now?.ref, changes };
  } catch (error) {
    if (isMlError(error) && error.code !== 'ERR_ML_STORE_UNAVAILABLE') return { pointer, path, error };
    throw error;
  }
}

async function changesOf(old: Side, now: Side): Promise<readonly DataChange[] | undefined> {
  const [before, after] = [await old.content(), await now.content()];
  return before === undefined || after === undefined ? undefined : contentChanges(before, after);
}

async function sideOf(
  pointer: string,
  version: DataVersion,
  deps: DataStatusDeps,
): Promise<Side | undefined> {
  if ('workspace' in version) return workspaceSide(pointer, deps);
  const text = version.get(pointer);
  return text === undefined ? undefined : pointedSide(pointer, text, deps);
}

async function workspaceSide(pointer: string, deps: DataStatusDeps): Promise<Side | undefined> {
  const path = dataPathOf(pointer);
  const text = deps.data.readText(pointer, longestPointer);
  if (text === undefined) return undefined;
  const seen = deps.data.look(path);
  if (seen === undefined) return pointedSide(pointer, text, deps);
  return { ref: seen.ref, content: () => Promise.resolve(workspaceContent(path, seen, deps.data)) };
}

async function pointedSide(pointer: string, text: string, { objects }: DataStatusDeps): Promise<Side> {
  const ref = await readPointer(text, pointer);
  return { ref, content: () => storedContent(ref, basename(dataPathOf(pointer)), objects) };
}

function isSame(a: ObjectRef | undefined, b: ObjectRef | undefined): boolean {
  return a?.digest === b?.digest && a?.kind === b?.kind;
}

function pointersIn(version: DataVersion): Iterable<string> {
  return 'workspace' in version ? version.workspace : version.keys();
}
