import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { getuid } from 'node:process';

/** Whoever is not root is it in a namespace of users. */
const apart = ['unshare', getuid?.() === 0 ? '-m' : '-rm', '--propagation', 'private'];
const fillName = 'fill';

/** Whether this machine lets a process have a disk of its own: Linux, and not everywhere. */
export const hasSmallDisks =
  spawnSync(apart[0] ?? '', [...apart.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

/**
 * Starts the command that follows with a real file system of that size at a folder. Others do not see it, and it is gone with its last
 * process.
 *
 * @param size as mount takes it: `64m`
 */
export function withSmallDisk(folder: string, size: string): readonly string[] {
  return throughShell(`mount -t tmpfs -o size=${size},mode=700 tmpfs '${folder}' && exec "$@"`);
}

/** Starts a shell with disks of its own; the command that follows is its `"$@"`. */
export function throughShell(script: string): readonly string[] {
  return [...apart, 'sh', '-c', script, 'sh'];
}

/** Leaves no byte on the disk that a process sees at a folder. @returns what makes room again */
export function fill(pid: number, folder: string): () => void {
  const file = join(`/proc/${String(pid)}/root`, folder, fillName);
  const descriptor = openSync(file, 'w');
  let size = 1024 * 1024;
  // The rest of the disk is smaller than a large piece.
  while (size >= 1) size = writes(descriptor, size) ? size : Math.floor(size / 2);
  closeSync(descriptor);
  return () => {
    rmSync(file);
  };
}

function writes(descriptor: number, size: number): boolean {
  try {
    return writeSync(descriptor, Buffer.alloc(size)) > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
