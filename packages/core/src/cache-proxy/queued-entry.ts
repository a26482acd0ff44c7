import { createHmac, timingSafeEqual } from 'node:crypto';

import { isTaskHash } from '../cache/index.js';
import type { TaskHash } from '../cache/index.js';
import { fromHex, hexOf } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';

/** An entry that waits on disk for its way to the server. */
export interface QueuedEntry {
  readonly hash: TaskHash;
  /** Of its body. */
  readonly digest: Digest;
}

/** Whose entries those are: nobody who does not hold the token, or asks another server, sends or invents one. */
export interface QueueOwner {
  readonly token: string;
  /** Address of the server. */
  readonly upstream: string;
}

/**
 * The name of the file in which it waits, `<hash>.<digest>.<code>.entry`. The code is that of its owner: an entry that a pull
 * request left on a machine must not be sent by a later job of the protected branch. undefined where a name would be too long.
 */
export function queuedFileName(entry: QueuedEntry, owner: QueueOwner): string | undefined {
  const hash = entry.hash.replace(/[A-Z]/g, (letter) => `^${letter.toLowerCase()}`);
  const name = `${hash}.${hexOf(entry.digest)}.${codeOf(entry, owner).toString('hex')}.entry`;
  return name.length > 255 ? undefined : name;
}

/** undefined for any other file, and for the entry of another owner. */
export function parseQueuedFileName(name: string, owner: QueueOwner): QueuedEntry | undefined {
  const [, escaped = '', hex = '', code = ''] =
    /^([a-z0-9_^-]+)\.([0-9a-f]{64})\.([0-9a-f]{32})\.entry$/.exec(name) ?? [];
  const hash = escaped.replace(/\^([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (!isTaskHash(hash)) return undefined;
  const entry = { hash, digest: fromHex(hex) };
  return timingSafeEqual(codeOf(entry, owner), Buffer.from(code, 'hex')) ? entry : undefined;
}

function codeOf({ hash, digest }: QueuedEntry, { token, upstream }: QueueOwner): Buffer {
  const text = ['nx-ml cache queue 1', upstream, hash, digest].join('\n');
  return createHmac('sha256', token).update(text).digest().subarray(0, 16);
}
