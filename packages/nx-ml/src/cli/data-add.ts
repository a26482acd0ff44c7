import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import type { NotLinked, PutOptions } from '@nx-ml/core/store';
import type { WorkspaceWriter } from '@nx-ml/core/usecases';
import { addData } from '@nx-ml/core/usecases/data';
import type { AddedData } from '@nx-ml/core/usecases/data';

import { abortOnExit } from '../abort-on-exit.js';
import { composeAdding } from '../compose-adding.js';
import type { AddDeps } from '../compose-adding.js';
import { addedJson, addedText, nextText } from '../report/data-add-text.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand, CliIo } from './command.js';
import { attributesFile, configureMergeDriver, neededAttributes } from './merge-driver-setup.js';
import { cancelledOr, progressOnStderr } from './watched.js';
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

const copyFirst = 'Copy the data into the folder of its dataset first.';

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
    const paths = positionals.map((path) => inWorkspace(path, { root, cwd: io.cwd }, copyFirst));
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

async function addAll(paths: readonly string[], request: AddRequest): Promise<void> {
  const { root, json, io } = request;
  const fresh = paths.filter((path) => !existsSync(join(root, `${path}.ref.json`)));
  const deps = await composeAdding(root);
  await addEach(paths, deps, request);
  const isInGit = await tellGit(root, deps.writer);
  const unnamed = fresh.filter((path) => !isNamed(root, path));
  if (!json && fresh.length > 0) io.write(nextText(fresh, { unnamed, isInGit }));
}

/** One after the other; when it is asked to end, what was added before stays, and nothing is half. */
async function addEach(
  paths: readonly string[],
  deps: AddDeps,
  { json, link, io }: AddRequest,
): Promise<void> {
  const abort = abortOnExit();
  try {
    for (const path of paths) {
      const copied = link ? new Map<NotLinked, number>() : undefined;
      const manner = copied && { manner: linkManner(copied) };
      const added = await addOne(path, { ...deps, ...manner }, abort.signal);
      io.write(json ? addedJson(added, copied) : addedText(added, copied));
    }
  } catch (error) {
    throw cancelledOr(error, abort.signal, 'Adding data was cancelled; the pointer is as it was');
  } finally {
    abort.dispose();
  }
}

function addOne(path: string, deps: AddDeps, signal: AbortSignal): Promise<AddedData> {
  const progress = progressOnStderr(`storing ${path}`);
  return addData(path, { ...deps, watch: { signal, onProgress: progress.reach } }).finally(progress.end);
}

/** Counts why which files stayed copies. */
function linkManner(copied: Map<NotLinked, number>): Pick<PutOptions, 'by' | 'onCopied'> {
  const onCopied = (_: string, why: NotLinked): unknown => copied.set(why, (copied.get(why) ?? 0) + 1);
  return { by: 'link', onCopied };
}

/** Two branches that add data merge only where git knows how. @returns false where there is no repository. */
async function tellGit(root: string, writer: WorkspaceWriter): Promise<boolean> {
  if (configureMergeDriver(root) === 'no repository') return false;
  const attributes = neededAttributes(root);
  if (attributes !== undefined) await writer.write(attributesFile, Buffer.from(attributes));
  return true;
}

/** Whether the ml.yaml beside the data speaks of its pointer. */
function isNamed(root: string, path: string): boolean {
  const config = join(root, dirname(path), 'ml.yaml');
  return existsSync(config) && readFileSync(config, 'utf8').includes(`${basename(path)}.ref.json`);
}
