import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { WorkspaceFiles } from '@nx-ml/core/adapters/workspace-fs';
import { decodePointer } from '@nx-ml/core/manifest';
import { stateFolder } from '@nx-ml/core/layout';
import { pointedPath, workspaceDigest } from '@nx-ml/core/usecases';

import { dvcDrift } from './dvc-drift.js';

/**
 * Prints which data files of the workspace differ from the pointer beside them. Nx runs it as an input of pointed
 * datasets: git ignores such files, so Nx hashes none of them, and an edit would go unseen behind a cache hit.
 *
 * The same text on every machine whose data is untouched, brought or not. Whatever goes wrong prints a token of its
 * own, so that the step runs and tells.
 */
function dataState(root: string): string {
  const files = new WorkspaceFiles(root, { memory: join(root, stateFolder, 'state', 'data-digests.json') });
  const workspace = {
    digestOf: (path: string) => files.digestOf(path),
    sizeOf: (path: string) => files.sizeOf(path),
    glob: (folder: string, patterns: readonly string[]) => files.glob(folder, patterns),
  };
  const listed = files.list('');
  const drifted = listed
    .filter((path) => path.endsWith('.ref.json') && existsSync(join(root, pointedPath(path))))
    .flatMap((path) => {
      const ref = decodePointer(files.readText(path) ?? '', path);
      const digest = workspaceDigest(pointedPath(path), ref.kind, workspace);
      return digest === ref.digest ? [] : [`${path} ${digest}`];
    });
  const all = [...drifted, ...dvcDrift(root, listed, files)];
  files.remember();
  return all.length === 0 ? 'clean' : all.join('\n');
}

try {
  process.stdout.write(`${dataState(process.cwd())}\n`);
} catch {
  process.stdout.write(`unknown ${randomUUID()}\n`);
}
