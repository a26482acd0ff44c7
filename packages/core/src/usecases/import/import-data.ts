import { basename, dirname } from 'node:path';

import { MlError } from '../../kernel/index.js';
import { readPointer } from '../../documents/index.js';
import type { PointerSource } from '../../documents/index.js';
import { contentChanges } from '../data/content-changes.js';
import type { DataChange } from '../data/content-changes.js';
import { storedContent } from '../data/stored-content.js';
import { obtainPointed, obtainUrl } from './obtain.js';
import type { ObtainDeps, Obtained } from './obtain.js';
import { placeImported } from './place.js';
import type { PlacedData, PlaceDeps } from './place.js';
import type { PointerRepository } from './ports.js';

export interface ImportDeps extends ObtainDeps, Omit<PlaceDeps, 'objects'> {
  /** @param repository as a pointer notes it. */
  openRepository(repository: string): Promise<PointerRepository>;
}

/** Where to import from. */
export type ImportFrom =
  | { readonly url: string; readonly sha256: string | undefined }
  | { readonly repository: string; readonly revision: string | undefined; readonly path: string };

export interface ImportedData extends PlacedData {
  readonly source: PointerSource;
  /** Of an update: what became of the files; undefined where the store has not both versions. */
  readonly changes: readonly DataChange[] | undefined;
}

/**
 * Imports data as a dataset: its bytes go into the store, its digest and where it came from into the pointer.
 *
 * @param folder of the dataset; workspace-relative.
 * @param name of the file or folder in it; undefined: as at its source.
 */
export async function importData(
  from: ImportFrom,
  { folder, name }: { readonly folder: string; readonly name: string | undefined },
  deps: ImportDeps,
): Promise<ImportedData> {
  const obtained = await obtain(from, deps);
  return place(name === undefined ? obtained : { ...obtained, name }, folder, deps);
}

/**
 * Asks the source of imported data again, and takes over what it has now.
 *
 * @param pointer workspace-relative.
 * @param revision of a repository; undefined: what it has checked out now.
 * @throws MlError ERR_ML_USAGE for a pointer without a source
 */
export async function updateImported(
  pointer: string,
  revision: string | undefined,
  deps: ImportDeps,
): Promise<ImportedData> {
  const text = deps.workspace.tree.readText(pointer);
  const known = text === undefined ? undefined : readPointer(text, pointer);
  if (known?.source === undefined)
    throw new MlError('ERR_ML_USAGE', {
      message: `${pointer} ${text === undefined ? 'is not there' : 'notes no source that could be asked again'}`,
      fix: 'Import it: nx-ml data import, with the address of the data and --to.',
    });
  const { source } = known;
  const from = 'url' in source ? { url: source.url, sha256: undefined } : { ...source, revision };
  const obtained = await obtain(from, deps);
  const name = basename(pointer).replace(/\.ref\.json$/, '');
  return place({ ...obtained, name }, dirname(pointer), deps);
}

async function obtain(from: ImportFrom, deps: ImportDeps): Promise<Obtained> {
  if ('url' in from) return obtainUrl(from.url, from.sha256, deps);
  const repository = await deps.openRepository(from.repository);
  try {
    const commit = await repository.commit(from.revision);
    return await obtainPointed(repository, { repository: from.repository, commit, path: from.path }, deps);
  } finally {
    await repository.close();
  }
}

async function place(obtained: Obtained, folder: string, deps: ImportDeps): Promise<ImportedData> {
  const { objects } = deps.stores;
  const placed = await placeImported(obtained, folder, { ...deps, objects });
  return { ...placed, source: obtained.source, changes: await changesOf(placed, obtained.name, deps) };
}

async function changesOf(
  { before, ref }: PlacedData,
  name: string,
  { stores }: ImportDeps,
): Promise<readonly DataChange[] | undefined> {
  if (before === undefined || before.digest === ref.digest) return undefined;
  const old = await storedContent(before, name, stores.objects);
  const now = await storedContent(ref, name, stores.objects);
  return old === undefined || now === undefined ? undefined : contentChanges(old, now);
}
