import { join, relative, resolve, sep } from 'node:path';

import { openFolderStore, writeFileAtomic } from '@nx-ml/core/adapters/store-fs';
import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { DataFiles } from '@nx-ml/core/adapters/workspace-fs/data';
import { isMlError, MlError, shortDigest } from '@nx-ml/core/kernel';
import { dataCacheFolder } from '@nx-ml/core/layout';
import type { WorkspaceWriter } from '@nx-ml/core/usecases';
import { addData } from '@nx-ml/core/usecases/data';
import type { AddedData } from '@nx-ml/core/usecases/data';

import { abortOnExit } from '../abort-on-exit.js';
import { storeFolder } from '../store-folder.js';
import { sizeText } from '../report/quantities.js';
import { showProgress } from '../report/progress.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand, CliIo } from './command.js';
import { attributesFile, configureMergeDriver, neededAttributes } from './merge-driver-setup.js';
import { findWorkspaceRoot } from './workspace-root.js';

const help = `nx-ml data add PATH... [--dvc] [--json]

Puts data files or folders into the store, and writes for each the pointer that git keeps in its place, PATH.ref.json.
The bytes are ignored by git from then on, and git is told how to merge pointers. Run it again after every change of
the data: the pointer is what models are trained on. What did not change is not read again.

  --dvc    write PATH.dvc and fill the DVC cache instead, as dvc add does; dvc push then sends it
  --json   one JSON object a line: {pointer, digest, size, files, changed}

Examples
  nx-ml data add datasets/mails/mails.jsonl
  nx-ml data add datasets/photos/images datasets/photos/labels.csv
  nx-ml data add --dvc datasets/photos/images
`;

export const dataAdd: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      { json: { type: 'boolean' }, dvc: { type: 'boolean' } },
      help,
    );
    if (positionals.length === 0) throw usageError('nx-ml data add needs a path', help);
    const root = findWorkspaceRoot(io.cwd);
    if (values.dvc === true) {
      const { addToDvc } = await import('./data-add-dvc.js');
      const paths = positionals.map((path) => inWorkspace(root, io.cwd, path));
      return addToDvc(paths, { root, json: values.json === true, io });
    }
    const paths = positionals.map((path) => inWorkspace(root, io.cwd, path));
    await addAll(paths, { root, json: values.json === true, io });
    return 0;
  },
};

interface AddRequest {
  /** Absolute; the workspace. */
  readonly root: string;
  readonly json: boolean;
  readonly io: CliIo;
}

/** One after the other; when it is asked to end, what was added before stays, and nothing is half. */
async function addAll(paths: readonly string[], { root, json, io }: AddRequest): Promise<void> {
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
      const added = await addData(path, { workspace, objects, data, writer, watch }).finally(progress.end);
      report(added, json, io);
    }
  } catch (error) {
    throw abort.signal.aborted && !isMlError(error) ? cancelled() : error;
  } finally {
    abort.dispose();
  }
  await tellGit(root, writer);
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

function inWorkspace(root: string, cwd: string, path: string): string {
  const found = relative(root, resolve(cwd, path)).split(sep).join('/');
  if (found !== '..' && !found.startsWith('../')) return found;
  throw new MlError('ERR_ML_PATH_UNSAFE', {
    message: `${path} lies outside the workspace ${root}`,
    fix: 'Copy the data into the folder of its dataset first.',
  });
}

function report({ pointer, ref, changed }: AddedData, json: boolean, io: CliIo): void {
  const { digest, size, files } = ref;
  if (json) io.write(`${JSON.stringify({ pointer, digest, size, files, changed })}\n`);
  else {
    const what = `${sizeText(size)}${ref.kind === 'tree' ? ` in ${String(files)} files` : ''}`;
    io.write(`${pointer}  ${changed ? '' : 'unchanged  '}${what}  ${shortDigest(digest)}\n`);
  }
}
