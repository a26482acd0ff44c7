// Where the unit suites have their temporary files.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { constants, freemem } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';
/** Bytes; several times what the suites hold at once, since memory that runs out would look like a failing test. */
const room = 6 * 1024 ** 3;

/**
 * Runs something with its temporary files in memory, where this machine has the room, and removes them afterwards.
 *
 * The suites of a store write and sync thousands of small files, and more than half of their time was the disk's. The calls are
 * the same in memory. That they do on a disk what they do there is seen by the e2e suites, which stay on it.
 *
 * @param work gets the environment for the processes that it starts.
 */
export async function withScratch(work) {
  const folder = inMemory();
  if (folder === undefined) return work(process.env);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const interrupted = (signal) => {
    remove();
    process.exit(128 + constants.signals[signal]);
  };
  const signals = ['SIGINT', 'SIGTERM'];
  for (const signal of signals) process.once(signal, interrupted);
  try {
    return await work({ ...process.env, TMPDIR: folder });
  } finally {
    for (const signal of signals) process.off(signal, interrupted);
    remove();
  }
}

/** A new folder in memory in which programs can be run; undefined where there is no such place, or too little of it. */
function inMemory() {
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (Math.min(bavail * bsize, freemem(), process.constrainedMemory() || Infinity) < room) return undefined;
    // Short, since names of sockets may not be long.
    const folder = mkdtempSync(join(memory, 'nx-ml-'));
    if (canExecute(folder)) return folder;
    rmSync(folder, { recursive: true });
  } catch {
    // Not Linux, or not ours to write.
  }
  return undefined;
}

/** Containers often mount it without the right to. */
function canExecute(folder) {
  const program = join(folder, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  const { status } = spawnSync(program);
  rmSync(program);
  return status === 0;
}
