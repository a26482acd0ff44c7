import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { isMlError, MlError } from '@nx-ml/core/kernel';
import { mergePointers } from '@nx-ml/core/usecases/data';
import type { PointerMerge } from '@nx-ml/core/usecases/data';

import { mergeText } from '../report/merge-text.js';
import { errorText } from '../report/error-text.js';
import { storeFolder } from '../store-folder.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand, CliIo } from './command.js';
import { attributesFile, configureMergeDriver, neededAttributes } from './merge-driver-setup.js';
import { findWorkspaceRoot } from './workspace-root.js';

const help = `nx-ml data merge-driver BASE OURS THEIRS POINTER | --install

What git runs to merge a pointer that two branches changed. Files that only one of them added, changed or removed go
together; where both changed the same file it is named, and the pointer is left in conflict. nx-ml init and nx-ml data add
tell git of it; --install does so in a clone that was made before.

Examples
  nx-ml data merge-driver --install
  git config merge.nx-ml-pointer.driver
`;

export const dataMergeDriver: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, { install: { type: 'boolean' } }, help);
    if (values['install'] === true) return install(io);
    const [base, ours, theirs, pointer] = positionals;
    if (base === undefined || ours === undefined || theirs === undefined || pointer === undefined)
      throw usageError('nx-ml data merge-driver needs four paths, as git passes them', help);
    const at = (file: string): string => resolve(io.cwd, file);
    const files = { base: at(base), ours: at(ours), theirs: at(theirs) };
    return merge(files, pointer, io);
  },
};

/** @throws MlError ERR_ML_USAGE */
function install(io: CliIo): number {
  const root = findWorkspaceRoot(io.cwd);
  const state = configureMergeDriver(root);
  if (state === 'no repository')
    throw new MlError('ERR_ML_USAGE', {
      message: `${root} is in no git repository`,
      fix: 'Make it one: git init',
    });
  const attributes = neededAttributes(root);
  if (attributes !== undefined) writeFileSync(join(root, attributesFile), attributes);
  const isNew = state === 'told' || attributes !== undefined;
  io.write(isNew ? 'git merges data by nx-ml from now on.\n' : 'git knows how to merge data already.\n');
  return 0;
}

interface Files {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

/** git takes what stands in `ours` then as the result, and 1 for a conflict. */
async function merge(files: Files, pointer: string, io: CliIo): Promise<number> {
  const [base, ours, theirs] = [files.base, files.ours, files.theirs].map((file) =>
    readFileSync(file, 'utf8'),
  );
  const versions = { base: base === '' ? undefined : base, ours: ours ?? '', theirs: theirs ?? '' };
  try {
    const root = workspaceOf(resolve(io.cwd, dirname(pointer)));
    const { objects } = await openFolderStore({
      root: storeFolder(process.env),
      ...(root === undefined ? {} : { usedBy: root }),
    });
    const result = await mergePointers(versions, pointer, objects);
    io.write(`nx-ml: ${mergeText(result, pointer)}`);
    return settle(files.ours, result, versions);
  } catch (error) {
    if (!isMlError(error)) throw error;
    io.write(errorText(error));
    return settle(files.ours, undefined, versions);
  }
}

/** Marks of a conflict, so that a pointer that nobody looked at is no pointer, instead of one side's. */
function settle(
  file: string,
  result: PointerMerge | undefined,
  { ours, theirs }: { readonly ours: string; readonly theirs: string },
): number {
  const isMerged = result?.state === 'merged';
  const marked = `<<<<<<< ours\n${ours}=======\n${theirs}>>>>>>> theirs\n`;
  writeFileSync(file, isMerged ? result.text : marked);
  return isMerged ? 0 : 1;
}

function workspaceOf(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  try {
    return findWorkspaceRoot(folder);
  } catch {
    return undefined;
  }
}
