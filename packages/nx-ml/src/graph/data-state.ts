import { randomUUID } from 'node:crypto';

import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { DataFiles } from '@nx-ml/core/adapters/workspace-fs/data';
import { dataPathOf, isOwnPointer, longestPointer, readPointer } from '@nx-ml/core/data';
import { dataCacheFolder } from '@nx-ml/core/layout';

import { dvcDrift } from './dvc-drift.js';

/**
 * Prints which data files of the workspace differ from the pointer beside them. Nx runs it as an input of pointed
 * datasets: git ignores such files, so Nx hashes none of them, and an edit would go unseen behind a cache hit.
 *
 * The same text on every machine whose data is untouched, brought or not. Whatever goes wrong prints a token of its
 * own, so that the step runs and tells.
 */
async function dataState(root: string): Promise<string> {
  const files = new WorkspaceFiles(root);
  const data = new DataFiles({ root, cache: dataCacheFolder(root) });
  const listed = files.list('');
  const drifted: string[] = [];
  for (const pointer of listed.filter(isOwnPointer)) {
    const seen = data.look(dataPathOf(pointer));
    if (seen === undefined) continue;
    const ref = await readPointer(data.readText(pointer, longestPointer) ?? '', pointer);
    if (seen.ref.digest !== ref.digest || seen.ref.kind !== ref.kind)
      drifted.push(`${pointer} ${seen.ref.digest}`);
  }
  const all = [...drifted, ...dvcDrift(root, { listed, files, data })];
  return all.length === 0 ? 'clean' : all.join('\n');
}

void dataState(process.cwd())
  .catch(() => `unknown ${randomUUID()}`)
  .then((text) => process.stdout.write(`${text}\n`));
