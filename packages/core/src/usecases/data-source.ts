import { copyFile, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { compareText, digestOf, MlError } from '../kernel/index.js';
import { datasetSource, decodePointer } from '../manifest/index.js';
import type { DatasetSource, RunResult } from '../manifest/index.js';
import { encodeTree } from '../store/index.js';
import type { ObjectRef, TreeEntry } from '../store/index.js';
import { stateFolder } from './layout.js';
import type { MlProject, Workspace } from './ports.js';
import type { RunStore, Stores } from './run-store.js';

/**
 * Datasets whose bytes are there already, so that no command runs: files that git holds, and pointers. What code sees
 * is always a folder, so a pointer to one file counts as a folder with that file in it.
 */
type GivenSource = Exclude<DatasetSource, { from: 'command' }>;

export interface SourceDeps {
  readonly workspace: Workspace;
  readonly stores: Stores;
  readonly runs: RunStore;
}

function givenSource(project: MlProject): GivenSource | undefined {
  if (project.config.kind !== 'dataset') return undefined;
  const source = datasetSource(project.config);
  return source.from === 'command' ? undefined : source;
}

/**
 * What a given dataset holds, told by its pointer or its files alone; nothing is stored.
 *
 * @returns undefined for a dataset that a command prepares.
 * @throws MlError ERR_ML_POINTER_INVALID, ERR_ML_DATA_MISSING, ERR_ML_DATA_IGNORED
 */
export function givenResult(project: MlProject, workspace: Workspace): RunResult | undefined {
  const source = givenSource(project);
  if (source === undefined) return undefined;
  const data =
    source.from === 'pointer'
      ? pointedTree(project, source.path, workspace)
      : filesTree(project, source.globs, workspace);
  return { formatVersion: 1, outputs: { data }, metrics: {} };
}

/**
 * Brings a given dataset into the store, where it is not there yet, and checks that files in the workspace still are
 * what their pointer says.
 *
 * @throws MlError ERR_ML_DATA_DRIFT, ERR_ML_DATA_MISSING and those of givenResult
 */
export async function ensureGiven(project: MlProject, deps: SourceDeps): Promise<RunResult | undefined> {
  const source = givenSource(project);
  const result = givenResult(project, deps.workspace);
  const data = result?.outputs['data'];
  if (source === undefined || data === undefined) return undefined;
  if (source.from === 'pointer') await ensurePointed(project, source.path, deps);
  else if (!(await isStored(data, deps))) await storeFiles(project, source.globs, deps);
  return result;
}

async function isStored(ref: ObjectRef, { stores, runs }: SourceDeps): Promise<boolean> {
  return (await stores.objects.has(ref.digest)) && (await runs.isComplete(ref));
}

function inProject(project: MlProject, path: string): string {
  return project.root === '' ? path : `${project.root}/${path}`;
}

// Files that git holds

function listFiles(project: MlProject, globs: readonly string[], workspace: Workspace): readonly string[] {
  const paths = workspace.glob(project.root, globs);
  if (paths.length === 0)
    throw new MlError('ERR_ML_DATA_MISSING', {
      message: `${project.root}/ml.yaml: no file matches "files: ${globs.join(', ')}"`,
      fix: 'Add the files, or correct the globs.',
    });
  const ignored = paths.find((path) => workspace.isIgnored(path));
  if (ignored !== undefined)
    throw new MlError('ERR_ML_DATA_IGNORED', {
      message: `${ignored} is ignored by git, so neither git nor Nx would see it change`,
      fix: `Keep its bytes in the store: nx-ml data add ${ignored}, then "pointer:" instead of "files:" in ml.yaml.`,
    });
  return paths;
}

function filesTree(project: MlProject, globs: readonly string[], workspace: Workspace): ObjectRef {
  const paths = listFiles(project, globs, workspace);
  const prefix = project.root === '' ? 0 : project.root.length + 1;
  const entries = paths.map((path) => ({
    path: path.slice(prefix),
    digest: workspace.digestOf(path),
    size: workspace.sizeOf(path),
  }));
  return treeRef(entries);
}

function treeRef(entries: readonly TreeEntry[]): ObjectRef {
  return {
    kind: 'tree',
    digest: digestOf(encodeTree(entries)),
    size: entries.reduce((sum, { size }) => sum + size, 0),
    files: entries.length,
  };
}

async function storeFiles(project: MlProject, globs: readonly string[], deps: SourceDeps): Promise<void> {
  const { workspace, stores } = deps;
  const runs = join(workspace.root, stateFolder, 'runs');
  await mkdir(runs, { recursive: true });
  const staging = await mkdtemp(join(runs, 'files-'));
  try {
    for (const path of listFiles(project, globs, workspace)) {
      const target = join(staging, path.slice(project.root === '' ? 0 : project.root.length + 1));
      await mkdir(dirname(target), { recursive: true });
      await copyFile(join(workspace.root, path), target);
    }
    await stores.objects.putTree(staging);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

// Pointers

function readPointer(project: MlProject, path: string, workspace: Workspace): ObjectRef {
  const file = inProject(project, path);
  const text = workspace.tree.readText(file);
  if (text !== undefined) return decodePointer(text, file);
  throw new MlError('ERR_ML_DATA_MISSING', {
    message: `${project.root}/ml.yaml names the pointer ${path}, which is not there`,
    fix: `Create it: nx-ml data add ${file.replace(/\.ref\.json$/, '')}`,
  });
}

function pointedTree(project: MlProject, path: string, workspace: Workspace): ObjectRef {
  const ref = readPointer(project, path, workspace);
  return ref.kind === 'tree' ? ref : treeRef([singleEntry(path, ref)]);
}

function singleEntry(path: string, { digest, size }: ObjectRef): TreeEntry {
  return { path: basename(pointedPath(path)), digest, size };
}

/** Where the bytes of a pointer lie in the workspace: beside it, under its name without the ending. */
export function pointedPath(pointer: string): string {
  return pointer.replace(/\.ref\.json$/, '');
}

async function ensurePointed(project: MlProject, path: string, deps: SourceDeps): Promise<void> {
  const { workspace, stores } = deps;
  const ref = readPointer(project, path, workspace);
  const target = inProject(project, pointedPath(path));
  const absolute = join(workspace.root, target);
  const present = await stat(absolute).then(
    () => true,
    () => false,
  );
  if (present) refuseDrift(target, ref, deps);
  if (!(await isStored(ref, deps))) {
    if (!present)
      throw new MlError('ERR_ML_DATA_MISSING', {
        message: `${target} is neither in the workspace nor in the store, and only its pointer ${path} is here`,
        fix: 'Copy the data there from where it was added, and run again.',
      });
    await stores.objects.put(absolute);
  }
  if (ref.kind === 'file') await stores.objects.putBytes(encodeTree([singleEntry(path, ref)]));
  // A private copy: people edit their data, and must not write through a link into the store.
  if (!present) await stores.objects.materialise(ref, absolute, { for: 'edit' });
}

function refuseDrift(target: string, ref: ObjectRef, { workspace }: SourceDeps): void {
  const digest = workspaceDigest(target, ref.kind, workspace);
  if (digest === ref.digest) return;
  throw new MlError('ERR_ML_DATA_DRIFT', {
    message: `${target} differs from its pointer ${target}.ref.json`,
    fix: `Accept the change: nx-ml data add ${target}. Or go back: remove ${target}, and the next run brings what the pointer names.`,
  });
}

/** Digest that a file or folder of the workspace would have in the store. */
export function workspaceDigest(
  path: string,
  kind: ObjectRef['kind'],
  workspace: Pick<Workspace, 'digestOf' | 'sizeOf' | 'glob'>,
): string {
  if (kind === 'file') return workspace.digestOf(path);
  const entries = workspace.glob(path, ['**/*']).map((file) => ({
    path: file.slice(path.length + 1),
    digest: workspace.digestOf(file),
    size: workspace.sizeOf(file),
  }));
  return digestOf(encodeTree(entries.sort((a, b) => compareText(a.path, b.path))));
}
