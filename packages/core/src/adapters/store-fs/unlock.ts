import type { BigIntStats } from 'node:fs';
import { dirname, join } from 'node:path';

import type { WatchOptions } from '../../store/index.js';
import { Disk } from './disk.js';
import { workspaceFailure } from './failures.js';
import { nodeFileCalls } from './file-calls.js';
import type { FileCalls } from './file-calls.js';
import type { OpenFile } from './open-file.js';
import { Pump } from './pump.js';
import { sweepSiblings } from './replace-target.js';
import { checkUnchanged, listFiles, markOf, openSource } from './source.js';
import { siblingOf } from './store-folder.js';
import { Watch } from './watch.js';

interface UnlockOptions extends WatchOptions {
  /** Milliseconds since the epoch: decides what of a killed process is old enough to be swept. */
  readonly now: number;
  readonly calls?: FileCalls | undefined;
}

interface Unlocked {
  readonly files: number;
  /** Those of them that can be written now and could not before, or shared their bytes with another name. */
  readonly unlocked: number;
}

/**
 * Makes files writable that share nothing with a store or with any other name: a file with several names gives way to a copy of
 * itself, in one step. A failure leaves files of both kinds, all whole. What a killed process left beside them goes as after a restore.
 *
 * @param path of a file or a folder; absolute
 * @throws MlError ERR_ML_FILE_INACCESSIBLE, ERR_ML_PATH_UNSAFE, ERR_ML_SOURCE_CHANGED
 */
export async function unlockFiles(path: string, options: UnlockOptions): Promise<Unlocked> {
  const disk = new Disk(options.calls ?? nodeFileCalls, workspaceFailure);
  const isFolder = disk.look(path)?.isDirectory() === true;
  const paths = isFolder ? listFiles(disk, path).map((file) => join(path, file)) : [path];
  for (const folder of new Set([path, ...paths].map((file) => dirname(file))))
    await sweepSiblings(disk, folder, options.now);
  const watch = new Watch(options, { ofFiles: paths.length });
  const pump = new Pump(watch);
  let unlocked = 0;
  for (const file of paths) {
    if (await unlockFile(file, disk, pump)) unlocked += 1;
    watch.advance(1, 0);
  }
  watch.end();
  return { files: paths.length, unlocked };
}

function unlockFile(path: string, disk: Disk, pump: Pump): Promise<boolean> {
  const { file, stat } = openSource(disk, path);
  return file.using(async (source) => {
    const before = Number(stat.mode & 0o7777n);
    const mode = before | 0o200;
    if (stat.nlink > 1n) await replaceByCopy(source, { stat, mode, disk, pump });
    else if (mode !== before) source.chmod(mode);
    return stat.nlink > 1n || mode !== before;
  });
}

interface CopyParts {
  readonly stat: BigIntStats;
  readonly mode: number;
  readonly disk: Disk;
  readonly pump: Pump;
}

async function replaceByCopy(source: OpenFile, { stat, mode, disk, pump }: CopyParts): Promise<void> {
  const copy = siblingOf(source.path);
  try {
    if (disk.clone(source.path, copy)) disk.chmod(copy, mode);
    else await disk.create(copy, mode).using((target) => pump.run(source, target));
    checkUnchanged(disk, source.path, markOf(stat));
    disk.rename(copy, source.path);
  } catch (error) {
    disk.discard(copy);
    throw error;
  }
}
