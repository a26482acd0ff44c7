import { basename, join } from 'node:path';

import { hexOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { errnoOf } from './failures.js';
import type { StoreFolder } from './store-folder.js';
import { thisWriter, writerOf } from './writers.js';

/** A writer on another machine that is silent for so long is taken for dead. Milliseconds. */
const silence = 10 * 60 * 1000;
let issued = 0;
/** Those that this process writes now. */
const writing = new Set<string>();

/** `<digest>.<machine>-<pid>-<n>.part` in tmp/: whose bytes they are to become, and who writes them. */
export function newPartial(folder: StoreFolder, digest: Digest): string {
  issued += 1;
  // Another process of the same number may have had the same count: pids come again.
  const unique = `${thisWriter}-${String(issued)}.${String(process.hrtime.bigint())}`;
  const path = join(folder.temporary, `${hexOf(digest)}.${unique}.part`);
  writing.add(path);
  return path;
}

/** Whoever wants the object next may take this over. */
export function leavePartial(path: string): void {
  writing.delete(path);
}

const pattern = /^([0-9a-f]{64})\.[0-9a-f]{8}-[0-9]+-[0-9]+\.[0-9]+\.part$/;

/**
 * Takes over what an ended process has received of an object, the longest such piece. Renaming decides between two that
 * want it. Should its writer live after all, the whole will not have the right digest, and is fetched from its start.
 */
export function adoptPartial(folder: StoreFolder, digest: Digest, now: number): string | undefined {
  const { disk } = folder;
  const found = disk.list(folder.temporary).flatMap(({ name }) => {
    const match = pattern.exec(name);
    if (match?.[1] !== hexOf(digest)) return [];
    const path = join(folder.temporary, name);
    const stat = disk.look(path);
    if (stat?.isFile() !== true || stat.size === 0n) return [];
    return isLeft(path, now - Number(stat.mtimeMs)) ? [{ path, size: stat.size }] : [];
  });
  found.sort((a, b) => (a.size < b.size ? 1 : -1));
  for (const { path } of found) {
    const mine = newPartial(folder, digest);
    try {
      disk.rename(path, mine);
      return mine;
    } catch (error) {
      leavePartial(mine);
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
  return undefined;
}

/** @param silent for how long nobody wrote, by clocks that jump: where the writer can be asked for, they do not count. */
function isLeft(path: string, silent: number): boolean {
  const writer = writerOf(basename(path));
  if (writer === 'elsewhere') return silent > silence;
  return writer === 'ended' || (isOfThisProcess(path) && !writing.has(path));
}

function isOfThisProcess(path: string): boolean {
  return basename(path).includes(`.${thisWriter}-`);
}
