import { join } from 'node:path';

import { openFolderStore, writeFileAtomic } from '@nx-ml/core/adapters/store-fs';
import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { DataFiles } from '@nx-ml/core/adapters/workspace-fs/data';
import { isMlError, MlError } from '@nx-ml/core/kernel';
import { dataCacheFolder } from '@nx-ml/core/layout';
import type { NotLinked, PutOptions } from '@nx-ml/core/store';
import type { WorkspaceWriter } from '@nx-ml/core/usecases';
import { addData } from '@nx-ml/core/usecases/data';

import { abortOnExit } from '../abort-on-exit.js';
import { storeFolder } from '../store-folder.js';
import { addedJson, addedText } from '../report/data-add-text.js';
import { showProgress } from '../report/progress.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand, CliIo } from './command.js';
import { attributesFile, configureMergeDriver, neededAttributes } from './merge-driver-setup.js';
import { findWorkspaceRoot, inWorkspace } from './workspace-root.js';

const help = `nx-ml data add PATH... [--link | --dvc] [--json]

Puts data files or folders into the store, and writes for each the pointer that git keeps in its place, PATH.ref.json.
The bytes are ignored by git from then on, and git is told how to merge pointers. Run it again after every change of
the data: the pointer is what models are trained on. What did not change is not read again.

  --link   make the files read-only links to the store instead of copying them into it: a fraction of the time, and no
           second copy on the disk. For data that nobody edits in place: "nx-ml data unlock" makes a file writable again.
           Who writes into a locked file all the same (as root, after chmod, by a program that had it open) changes what the
           store holds. That is found when it is next read, and the content of before is lost unless it was pushed.
           Files that have other hard links, another owner or lie on another disk than the store are copied, and counted
  --dvc    write PATH.dvc and fill the DVC cache instead, as dvc add does; dvc push then sends it
  --json   one JSON object a line: {pointer, digest, size, files, changed}; with --link also copied: {reason: files}

Examples
  nx-ml data add datasets/mails/mails.jsonl
  nx-ml data add datasets/photos/images datasets/photos/labels.csv
  nx-ml data add --link datasets/photos/images
  nx-ml data add --dvc datasets/photos/images
`;

export const dataAdd: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      { json: { type: 'boolean' }, dvc: { type: 'boolean' }, link: { type: 'boolean' } },
      help,
    );
    if (positionals.length === 0) throw usageError('nx-ml data add needs a path', help);
    if (values.dvc === true && values.link === true)
      throw usageError('--link and --dvc are two ways: DVC has its own cache.type for links', help);
    const root = findWorkspaceRoot(io.cwd);
    if (values.dvc === true) {
      const { addToDvc } = await import('./data-add-dvc.js');
      const paths = positionals.map((path) => inWorkspace(root, io.cwd, path));
      return addToDvc(paths, { root, json: values.json === true, io });
    }
    const paths = positionals.map((path) => inWorkspace(root, io.cwd, path));
    await addAll(paths, { root, json: values.json === true, link: values.link === true, io });
    return 0;
  },
};

interface AddRequest {
  /** Absolute; the workspace. */
  readonly root: string;
  readonly json: boolean;
  readonly link: boolean;
  readonly io: CliIo;
}

/** One after the other; when it is asked to end, what was added before stays, and nothing is half. */
async function addAll(paths: readonly string[], { root, json, link, io }: AddRequest): Promise<void> {
  const workspace = new RootedFiles(root);
  const { objects } = await openFolderStore({ root: storeFolder(process.env), usedBy: root });
  const data = new DataFiles({ root, cache: dataCacheFolder(root) });
  const writer = { write: (path: string, bytes: Uint8Array) => writeFileAtomic(join(root, path), bytes) };
  const abort = abortOnExit();
  try {
    for (const path of paths) {
      const progress = showProgress(`storing ${path}`, {
        stream: process.stderr,
        now: () => performance.now(),
      });
      const watch = { signal: abort.signal, onProgress: progress.reach };
      const copied = link ? new Map<NotLinked, number>() : undefined;
      const manner = copied && linkManner(copied);
      const deps = { workspace, objects, data, writer, watch, ...(manner && { manner }) };
      const added = await addData(path, deps).finally(progress.end);
      io.write(json ? addedJson(added, copied) : addedText(added, copied));
    }
  } catch (error) {
    throw abort.signal.aborted && !isMlError(error) ? cancelled() : error;
  } finally {
    abort.dispose();
  }
  await tellGit(root, writer);
}

/** Counts why which files stayed copies. */
function linkManner(copied: Map<NotLinked, number>): Pick<PutOptions, 'by' | 'onCopied'> {
  const onCopied = (_: string, why: NotLinked): unknown => copied.set(why, (copied.get(why) ?? 0) + 1);
  return { by: 'link', onCopied };
}

function cancelled(): MlError {
  return new MlError('ERR_ML_CANCELLED', {
    message: 'Adding data was cancelled; the pointer is as it was',
    fix: 'Run the same command again.',
  });
}

/** Two branches that add data merge only where git knows how. */
async function tellGit(root: string, writer: WorkspaceWriter): Promise<void> {
  if (configureMergeDriver(root) === 'no repository') return;
  const attributes = neededAttributes(root);
  if (attributes !== undefined) await writer.write(attributesFile, Buffer.from(attributes));
}

/** The workspace's files, and where they are. */
class RootedFiles {
  readonly tree: WorkspaceFiles;
  readonly root: string;
  constructor(root: string) {
    this.root = root;
    this.tree = new WorkspaceFiles(root);
  }
  isIgnored(path: string): boolean {
    return this.tree.isIgnored(path);
  }
  sizeOf(path: string): number {
    return this.tree.sizeOf(path);
  }
}
