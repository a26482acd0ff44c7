import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { openClaims } from '@nx-ml/core/adapters/slots-fs';
import type { Claims } from '@nx-ml/core/engine';

import { createPrivateFile, markOf, readPrivateFile, replacePrivateFile } from './private-file.js';
import type { FileMark, PrivateFile } from './private-file.js';
import { inaccessible, stateFailure } from './state-failure.js';

/** Milliseconds between two tries to get a lock, and how often: a change takes some milliseconds. */
const patience = { pause: 20, tries: 500 };

/** A folder that only we can look into. Each of its methods throws MlError ERR_ML_SERVER_STATE. */
export interface StateFolder {
  /** Absolute. */
  readonly path: string;
  /** Of a file as it is now; undefined for none. Cheap enough for every request. */
  markOf(name: string): FileMark | undefined;
  /** Undefined where there is no such file. Refused when others could have read or written it. */
  read(name: string): PrivateFile | undefined;
  /** Atomic and durable. */
  replace(name: string, bytes: string | Uint8Array): void;
  /** Atomic and durable, and never in the place of another. @returns whether it is new. */
  create(name: string, bytes: string | Uint8Array): boolean;
  /** A folder within, made with the same mode. @returns its path */
  folder(name: string): string;
  /** One process of this machine at a time; a crash gives the lock back. */
  alone<T>(name: string, work: () => T): Promise<T>;
}

/**
 * Opens the folder, and makes it (mode 0700) where nothing is. It is refused, and not mended, when others have a right on it: what lies
 * there may have been read or written by them already.
 *
 * @throws MlError ERR_ML_SERVER_STATE
 */
export function openStateFolder(path: string): StateFolder {
  makePrivate(path);
  const at = (name: string): string => join(path, name);
  const claims = openClaims(at('locks'));
  return {
    path,
    markOf: (name) => markOf(at(name)),
    read: (name) => readPrivateFile(at(name)),
    replace: (name, bytes) => {
      replacePrivateFile(at(name), bytes);
    },
    create: (name, bytes) => createPrivateFile(at(name), bytes),
    folder: (name) => makePrivate(at(name)),
    alone: (name, work) => alone(claims, at(name), name, work),
  };
}

function makePrivate(path: string, uid = process.getuid?.()): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw inaccessible(path, error);
  }
  const found = lstatSync(path);
  if (!found.isDirectory())
    throw stateFailure(path, 'is no folder', 'Name the folder itself, not a link to it.');
  if (uid !== undefined && found.uid !== uid)
    throw stateFailure(
      path,
      `belongs to the user with the id ${String(found.uid)}, and this process runs as ${String(uid)}`,
      'Run as its owner, or name another folder.',
    );
  const mode = found.mode & 0o777;
  if (uid !== undefined && (mode & 0o077) !== 0)
    throw stateFailure(
      path,
      `is open to others (mode ${mode.toString(8)})`,
      `Look at what lies there, then chmod 700 ${path}`,
    );
  return path;
}

async function alone<T>(claims: Claims, path: string, name: string, work: () => T): Promise<T> {
  for (let attempt = 0; attempt < patience.tries; attempt += 1) {
    const claim = await claims.tryClaim(name);
    if (claim === undefined) {
      await sleep(patience.pause);
      continue;
    }
    try {
      return work();
    } finally {
      await claim.release();
    }
  }
  throw stateFailure(
    path,
    'is being changed by another process for too long',
    'Try again when it has ended.',
  );
}
