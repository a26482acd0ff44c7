import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { readDvcRef } from '../../interop/dvc/index.js';
import { fromHex, hexOf, MlError, shortDigest } from '../../kernel/index.js';
import { decodePointer } from '../../documents/index.js';
import type { PointerSource } from '../../documents/index.js';
import { decodeTree } from '../../store/index.js';
import type { ObjectRef } from '../../store/index.js';
import type { ForeignTrees } from '../given/foreign-trees.js';
import { isStored } from '../given/given-tree.js';
import type { RunStore, Stores } from '../records/run-store.js';
import type { Downloads, PointerRepository } from './ports.js';

export interface ObtainDeps {
  readonly stores: Stores;
  readonly runs: RunStore;
  readonly downloads: Downloads;
  /** Absolute path of a folder that need not be there; what is put into it is removed in the end. */
  readonly staging: string;
  /** Brings data into the store from the remote that an nx.json names; false where it names none. */
  pull(nxJson: string, ref: ObjectRef): Promise<boolean>;
  /** Other tools' data as a workspace in another folder sees it. */
  foreignAt(root: string): ForeignTrees;
}

/** Data from elsewhere whose bytes are in the store now. */
export interface Obtained {
  /** For the file or folder. */
  readonly name: string;
  readonly ref: ObjectRef;
  readonly source: PointerSource;
}

/**
 * Brings what an address gives into the store.
 *
 * @param sha256 what it must be; lower-case hexadecimal digits.
 * @throws MlError ERR_ML_DOWNLOAD_FAILED, ERR_ML_CANCELLED
 */
export async function obtainUrl(
  url: string,
  sha256: string | undefined,
  deps: ObtainDeps,
): Promise<Obtained> {
  const expected = sha256 === undefined ? undefined : fromHex(sha256);
  return deps.downloads.bring(url, expected, async ({ at, digest }) => {
    if (expected !== undefined && digest !== expected)
      throw new MlError('ERR_ML_DOWNLOAD_FAILED', {
        message: `${url} gives other bytes than asked for: sha256 ${hexOf(digest)}, and not ${hexOf(expected)}`,
        fix: 'Look at the data at that address; where it is right, import it with its new sha256.',
      });
    const ref = await deps.stores.objects.putFile(at);
    if (ref.digest !== digest) throw changed(url);
    return { name: fileName(new URL(url)), ref, source: { url } };
  });
}

export interface PointerPlace {
  /** As the pointer will note it. */
  readonly repository: string;
  readonly commit: string;
  /** Of the pointer, ours or a .dvc file; relative to the repository. */
  readonly path: string;
}

/**
 * Brings what a pointer of another repository names into the store.
 *
 * @throws MlError ERR_ML_DATA_MISSING, ERR_ML_DATA_DRIFT, ERR_ML_POINTER_INVALID, ERR_ML_DVC_INVALID
 */
export async function obtainPointed(
  repository: PointerRepository,
  { commit, path, ...place }: PointerPlace,
  deps: ObtainDeps,
): Promise<Obtained> {
  const text = await repository.read(commit, path);
  if (text === undefined || !/.\.(?:ref\.json|dvc)$/.test(path))
    throw new MlError('ERR_ML_DATA_MISSING', {
      message: `${place.repository} has no pointer ${path} at ${commit.slice(0, 12)}`,
      fix: 'Name a .ref.json or .dvc file by its path in that repository, and with --rev a commit that has it.',
    });
  const ref = path.endsWith('.dvc')
    ? await dvcPointed(repository, { commit, path, text }, deps)
    : await ourPointed(repository, { commit, path, text, from: place.repository }, deps);
  const name = basename(path).replace(/\.(?:ref\.json|dvc)$/, '');
  return { name, ref, source: { repository: place.repository, revision: commit, path } };
}

async function ourPointed(
  repository: PointerRepository,
  { commit, path, text, from }: OurPointer,
  deps: ObtainDeps,
): Promise<ObjectRef> {
  const ref = decodePointer(text, path);
  if (await isStored(ref, deps).catch(() => false)) return ref;
  const { workingCopy } = repository;
  const at = workingCopy === undefined ? undefined : join(workingCopy, path.replace(/\.ref\.json$/, ''));
  const there = at === undefined ? undefined : await deps.stores.objects.put(at).catch(() => undefined);
  if (there?.digest === ref.digest) return ref;
  const nxJson = await repository.read(commit, 'nx.json');
  if (nxJson !== undefined && (await deps.pull(nxJson, ref))) return ref;
  if (there === undefined)
    throw new MlError('ERR_ML_DATA_MISSING', {
      message: `The bytes of ${path} (${shortDigest(ref.digest)}) are neither in the store nor beside that pointer in ${from}, and it names no remote`,
      fix: 'Bring them there first (nx-ml data pull in that repository, or its data step), and import again.',
    });
  throw new MlError('ERR_ML_DATA_DRIFT', {
    message: `${at ?? path} is no longer what its pointer says at the commit that is imported, and that repository names no remote`,
    fix: 'Add and commit it there, or import the commit that has it: --rev',
  });
}

interface OurPointer {
  readonly commit: string;
  readonly path: string;
  readonly text: string;
  readonly from: string;
}

async function dvcPointed(
  repository: PointerRepository,
  { commit, path, text }: { readonly commit: string; readonly path: string; readonly text: string },
  deps: ObtainDeps,
): Promise<ObjectRef> {
  const root = repository.workingCopy ?? join(deps.staging, 'repository');
  try {
    if (repository.workingCopy === undefined) await layOutConfig(repository, { commit, path, root });
    const data = readDvcRef(text, path);
    const tree = await deps.foreignAt(root).bring(data, { staging: join(deps.staging, 'files') });
    const entries = decodeTree(await deps.stores.objects.readBytes(tree.digest, 500_000_000));
    const [only] = entries;
    if (data.isFolder || only === undefined) return tree;
    return { kind: 'file', digest: only.digest, size: only.size, files: 1 };
  } finally {
    await rm(deps.staging, { recursive: true, force: true });
  }
}

/** What of a repository tells where DVC keeps the data. */
async function layOutConfig(
  repository: PointerRepository,
  { commit, path, root }: { readonly commit: string; readonly path: string; readonly root: string },
): Promise<void> {
  const parts = dirname(path).split('/');
  const folders = ['', ...parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`)];
  for (const folder of folders.filter((each) => each !== './')) {
    const config = await repository.read(commit, `${folder}.dvc/config`);
    if (config === undefined) continue;
    await mkdir(join(root, `${folder}.dvc`), { recursive: true });
    await writeFile(join(root, `${folder}.dvc/config`), config);
  }
}

/** Safe as a file's name on every system. */
function fileName(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? '';
  const safe = last
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 100);
  return safe === '' ? 'data' : safe;
}

function changed(what: string): MlError {
  return new MlError('ERR_ML_SOURCE_CHANGED', {
    message: `What was brought from ${what} changed before it was stored`,
    fix: 'Import it again.',
  });
}
