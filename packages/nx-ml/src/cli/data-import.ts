import { join } from 'node:path';

import type { NxJsonConfiguration } from '@nx/devkit';
import { HttpDownloads, LocalForeignData } from '@nx-ml/core/adapters/foreign-fs';
import { GitSource } from '@nx-ml/core/adapters/git';
import { hasEnded, processMark } from '@nx-ml/core/adapters/slots-fs';
import { openFolderStore, writeFileAtomic } from '@nx-ml/core/adapters/store-fs';
import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { downloadsFolder, runsFolder } from '@nx-ml/core/layout';
import { parseBytes } from '@nx-ml/core/manifest';
import type { ObjectRef, ObjectStore } from '@nx-ml/core/store';
import { ForeignTrees } from '@nx-ml/core/usecases/given';
import { importData, updateImported } from '@nx-ml/core/usecases/import';
import type { ImportDeps, ImportedData } from '@nx-ml/core/usecases/import';
import { RunStore } from '@nx-ml/core/usecases/records';
import { pullRefs } from '@nx-ml/core/usecases/transfer';

import { foreignRemotes } from '../foreign-remotes.js';
import { pluginOptions } from '../plugin-options.js';
import { openRemote } from '../open-remote.js';
import { importJson, importText } from '../report/data-import-text.js';
import { storeFolder } from '../store-folder.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand, CliIo } from './command.js';
import { readImportSource } from './import-source.js';
import { watched } from './watched.js';
import { findWorkspaceRoot, inWorkspace } from './workspace-root.js';

const help = `nx-ml data import URL --to FOLDER [--sha256 DIGEST] [--name NAME]
nx-ml data import REPOSITORY PATH --to FOLDER [--rev REV] [--name NAME]
nx-ml data import --update POINTER... [--rev REV]

Imports data as a dataset: its bytes go into the store, its digest and where it came from into the pointer that git keeps.
A run never asks the source: what was imported stays, whatever becomes of it there. A download that broke off goes on at
the next call, if the server says (by ETag or date) that it still has that version; else it begins anew.

  URL          http or https, without user and password
  REPOSITORY   a folder with a git repository, or its address as git takes it (ssh://..., git+https://..., git@host:...)
  PATH         of a pointer in it, .ref.json or .dvc; its bytes come from the store, that repository's files, or its DVC remote
  --to         folder of the dataset, which gets an ml.yaml if it has none
  --sha256     what the bytes must be
  --rev        branch, tag or commit of the repository; default: what it has checked out
  --name       of the file or folder in the dataset; default: as at the source
  --update     ask the source again, take over what it has now, and tell what changed
  --max-size   largest download: 500MB, 20GB ...; default 100GB
  --json       one JSON object a line: {pointer, digest, size, files, source, before, changes, config}

Examples
  nx-ml data import https://example.org/mails.csv --to datasets/mails
  nx-ml data import ../data-repo datasets/mails/mails.csv.ref.json --rev v2 --to datasets/mails
  nx-ml data import --update datasets/mails/mails.csv.ref.json
`;

const options = {
  to: { type: 'string' },
  sha256: { type: 'string' },
  rev: { type: 'string' },
  name: { type: 'string' },
  update: { type: 'boolean' },
  'max-size': { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const dataImport: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const root = findWorkspaceRoot(io.cwd);
    const words = { values, positionals, help, root, cwd: io.cwd };
    const plan = values['update'] === true ? undefined : readImportSource(words);
    if (plan === undefined && positionals.length === 0) throw usageError('--update needs a pointer', help);
    const deps = await compose(root, limitOf(values['max-size']));
    const isJson = values['json'] === true;
    if (plan !== undefined) {
      report(await importData(plan.from, plan.to, deps), isJson, io);
      return 0;
    }
    const revision = typeof values['rev'] === 'string' ? values['rev'] : undefined;
    for (const pointer of positionals)
      report(await updateImported(inWorkspace(pointer, words), revision, deps), isJson, io);
    return 0;
  },
};

function limitOf(text: string | boolean | undefined): number {
  if (typeof text !== 'string') return 100_000_000_000;
  const bytes = parseBytes(/^\d+$/.test(text) ? Number(text) : text);
  if (bytes !== undefined) return bytes;
  throw usageError(`--max-size is ${text}, and must be a size such as 500MB`, help);
}

async function compose(root: string, limit: number): Promise<ImportDeps> {
  const stores = await openFolderStore({ root: storeFolder(process.env), usedBy: root });
  return {
    stores,
    runs: new RunStore(stores),
    staging: join(runsFolder(root), `import@${processMark()}`),
    downloads: {
      bring: (url, expected, use) => download(root, limit, (from) => from.bring(url, expected, use)),
    },
    pull: (nxJson, ref) => pull(nxJson, ref, stores.objects),
    foreignAt: (folder) =>
      new ForeignTrees(new LocalForeignData(folder, foreignRemotes(process.env)), stores),
    openRepository: (repository) => GitSource.open(repository, root),
    workspace: workspaceNow(root),
    writer: { write: (path, bytes) => writeFileAtomic(join(root, path), bytes) },
  };
}

function download<T>(
  root: string,
  limit: number,
  bring: (downloads: HttpDownloads) => Promise<T>,
): Promise<T> {
  return watched('downloading', ({ signal, progress }) => {
    const place = { folder: downloadsFolder(root), mark: processMark(), hasEnded };
    const onBytes = (bytes: number): void => {
      progress.advance({ bytes });
    };
    const onSize = (bytes: number): void => {
      progress.expect({ bytes });
    };
    return bring(new HttpDownloads({ ...place, limit, signal, onBytes, onSize }));
  });
}

async function pull(nxJson: string, ref: ObjectRef, store: ObjectStore): Promise<boolean> {
  const address = pluginOptions(readJson(nxJson))?.remote;
  if (address === undefined) return false;
  const remote = await openRemote(address, storeFolder(process.env), process.env);
  await watched('pulling', (watch) => pullRefs([{ ref }], { remote, store, ...watch }));
  return true;
}

function readJson(text: string): Pick<NxJsonConfiguration, 'plugins'> {
  try {
    return JSON.parse(text) as NxJsonConfiguration;
  } catch {
    return {}; // Somebody else's file: then it names no remote.
  }
}

/** What is ignored is looked up anew each time: an import writes such rules itself. */
function workspaceNow(root: string): ImportDeps['workspace'] {
  const tree = new WorkspaceFiles(root);
  return {
    root,
    tree,
    isIgnored: (path) => new WorkspaceFiles(root).isIgnored(path),
    digestOf: (path) => tree.digestOf(path),
    sizeOf: (path) => tree.sizeOf(path),
    glob: (folder, patterns) => tree.glob(folder, patterns),
  };
}

function report(imported: ImportedData, isJson: boolean, io: CliIo): void {
  io.write(isJson ? `${JSON.stringify(importJson(imported))}\n` : importText(imported));
}
