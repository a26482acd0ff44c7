import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

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
import { shownName } from '../report/shown-name.js';
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
  --dvc    write PATH.dvc and fill the DVC cache instead, as dvc add does; dvc push then sends it. So it is by itself
           where PATH.dvc is there: to leave DVC, remove that file first
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
    const root = findWorkspaceRoot(io.cwd);
    const paths = positionals.map((path) => inWorkspace(root, io.cwd, path));
    const toDvc = paths.filter((path) => values.dvc === true || isKeptByDvc(root, path));
    const link = values.link === true;
    if (link && toDvc.length > 0)
      throw usageError(
        `--link is not for ${toDvc[0] ?? ''}, which DVC keeps: it has its own cache.type`,
        help,
      );
    const request = { root, json: values.json === true, link, io };
    if (toDvc.length > 0) {
      const { addToDvc } = await import('./data-add-dvc.js');
      await addToDvc(toDvc, request);
    }
    const own = paths.filter((path) => !toDvc.includes(path));
    if (own.length > 0) await addAll(own, request);
    return 0;
  },
};

/** One data has one pointer: a second one would go its own way. */
function isKeptByDvc(root: string, path: string): boolean {
  return existsSync(join(root, `${path}.dvc`)) && !existsSync(join(root, `${path}.ref.json`));
}

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
  const fresh = paths.filter((path) => !existsSync(join(root, `${path}.ref.json`)));
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
  const isInGit = await tellGit(root, writer);
  if (!json && fresh.length > 0) io.write(nextText(root, fresh, isInGit));
}

/** What is left to do for data that had no pointer before; nothing is said of what is done. */
function nextText(root: string, paths: readonly string[], isInGit: boolean): string {
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  const committed = [
    ...paths.map((path) => `${path}.ref.json`),
    ...folders.map((at) => posix.join(at, '.gitignore')),
  ];
  const unnamed = paths.filter((path) => !namesPointer(join(root, dirname(path), 'ml.yaml'), path));
  const lines = [
    ...(isInGit ? [`git add ${committed.map(shownName).join(' ')}`] : []),
    ...unnamed.map((path) => {
      const config = shownName(posix.join(dirname(path), 'ml.yaml'));
      return `say in ${config}: pointer: ${shownName(posix.basename(path))}.ref.json`;
    }),
  ];
  return lines.map((line, index) => `${index === 0 ? 'Next: ' : '      '}${line}\n`).join('');
}

function namesPointer(config: string, path: string): boolean {
  return existsSync(config) && readFileSync(config, 'utf8').includes(`${posix.basename(path)}.ref.json`);
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

/** Two branches that add data merge only where git knows how. @returns false where there is no repository. */
async function tellGit(root: string, writer: WorkspaceWriter): Promise<boolean> {
  if (configureMergeDriver(root) === 'no repository') return false;
  const attributes = neededAttributes(root);
  if (attributes !== undefined) await writer.write(attributesFile, Buffer.from(attributes));
  return true;
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
