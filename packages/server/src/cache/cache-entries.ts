import type { KeyObject } from 'node:crypto';

import { openSeal, readableScopes } from '@nx-ml/core/cache';
import type { EntryStatement, Scope, TaskHash } from '@nx-ml/core/cache';
import { digestOf, isMlError, MlError } from '@nx-ml/core/kernel';
import type { Clock } from '@nx-ml/core/kernel';
import type { OpenBlob, ServedBlobs } from '@nx-ml/core/remote';

import type { RequestBody } from '../http/request-body.js';
import { BelievedKeys } from './believed-keys.js';
import type { KeySource } from './believed-keys.js';
import { entryBlob } from './entry-blob.js';
import type { EntryObserver } from './entry-observer.js';
import { MemoryEntries } from './memory-entries.js';
import type { SmallEntry } from './memory-entries.js';
import { decodeTrailer, sealBytes, sealedBody } from './sealed-body.js';
import { VerifiedVersions } from './verified-versions.js';

/** Bodies of at most so many bytes are read at once, hashed, and may be kept in memory. */
const smallBytes = 128 * 1024;

/** A large entry, open; its bytes are still to be verified unless they were before. */
export interface LargeEntry {
  readonly statement: EntryStatement;
  readonly seal: string;
  readonly blob: OpenBlob;
  /** Whether these very bytes were hashed before and found right. */
  readonly isVerified: boolean;
  /** To be told when all of it was hashed and is right. */
  readonly verified: () => void;
  /** To be told when it is not. */
  readonly damaged: () => void;
}

export type Entry = SmallEntry | LargeEntry;

export interface CacheEntriesDeps {
  readonly blobs: ServedBlobs;
  readonly keys: KeySource;
  readonly clock: Clock;
  readonly observer: EntryObserver;
  /** Bytes of small entries that are kept in memory. */
  readonly memory: number;
}

/** The entries of all scopes. Errors are those of the blobs. */
export class CacheEntries {
  readonly #memory: MemoryEntries;
  readonly #believed: BelievedKeys;
  readonly #verified = new VerifiedVersions();

  constructor(private readonly deps: CacheEntriesDeps) {
    const memory = new MemoryEntries(deps.memory);
    this.#memory = memory;
    this.#believed = new BelievedKeys(deps.keys, deps.clock, () => {
      memory.forgetAll();
    });
  }

  /**
   * Stores a body in a scope, whole or not at all.
   *
   * @returns false when that scope has an entry of this hash: it stays as it is, and the body may be unread.
   */
  async put(
    key: { readonly scope: Scope; readonly hash: TaskHash },
    { body, size }: { readonly body: RequestBody; readonly size: number },
  ): Promise<boolean> {
    const { privateKey } = await this.deps.keys.current();
    const at = new Date(this.deps.clock.now()).toISOString();
    const statement = { formatVersion: 1, kind: 'nx-cache-entry', ...key, size, at } as const;
    const source = sealedBody(body, { statement, privateKey });
    const blob = entryBlob(key.scope, key.hash);
    const isStored = await this.deps.blobs.createFrom(blob, source);
    if (isStored) this.deps.observer.onStored({ ...key, blob, size });
    return isStored;
  }

  /** What the reader may believe: of its own scope, else of the protected one. A LargeEntry is to be closed. */
  async find(reader: Scope, hash: TaskHash): Promise<Entry | undefined> {
    await this.#believed.lately();
    for (const scope of readableScopes(reader)) {
      const blob = entryBlob(scope, hash);
      const entry = this.#memory.get(blob) ?? (await this.#look({ reader, scope, hash }, blob));
      if (entry === undefined) continue;
      this.deps.observer.onHit({ scope, hash, blob, size: entry.statement.size });
      return entry;
    }
    this.deps.observer.onMiss(reader);
    return undefined;
  }

  /**
   * What `find` would find, where that is in memory: an entry of the reader's own scope, which is the first that it looks for. Undefined:
   * ask it. So it is also when the keys were not looked at lately, which takes an answer that is waited for.
   */
  recall(reader: Scope, hash: TaskHash): SmallEntry | undefined {
    if (!this.#believed.isFresh) return undefined;
    const blob = entryBlob(reader, hash);
    const entry = this.#memory.get(blob);
    if (entry !== undefined)
      this.deps.observer.onHit({ scope: reader, hash, blob, size: entry.statement.size });
    return entry;
  }

  /** To be told when an entry was removed. */
  forget(blob: string): void {
    this.#memory.forget(blob);
  }

  async #look(wanted: Wanted, name: string): Promise<Entry | undefined> {
    const blob = await this.deps.blobs.open(name);
    if (blob === undefined) return undefined;
    let isHandedOn = false;
    try {
      const entry = await this.#open(wanted, name, blob);
      isHandedOn = 'blob' in entry;
      return entry;
    } catch (error) {
      if (!isUntrusted(error)) throw error;
      this.deps.observer.onUntrusted({ blob: name, reason: error.message });
      return undefined;
    } finally {
      if (!isHandedOn) await blob.close();
    }
  }

  async #open(wanted: Wanted, name: string, blob: OpenBlob): Promise<Entry> {
    const size = blob.size - sealBytes;
    if (size < 0) throw untrusted('it is shorter than a seal');
    const isSmall = size <= smallBytes;
    const bytes = await readAll(blob, isSmall ? 0 : size, blob.size);
    const seal = decodeTrailer(bytes.subarray(-sealBytes));
    const keys = await this.#believed.now();
    const statement = believe(wanted, { seal, size, keys });
    if (!isSmall) return this.#large({ statement, seal }, name, blob);
    const body = bytes.subarray(0, size);
    if (digestOf(body) !== statement.digest) throw untrusted('its bytes are not those that were signed');
    const entry = { statement, seal, body };
    // Else it was verified with a key that went meanwhile, after which the memory forgot.
    if (this.#believed.areStill(keys)) this.#memory.keep(name, entry);
    return entry;
  }

  #large(signed: Pick<LargeEntry, 'statement' | 'seal'>, name: string, blob: OpenBlob): LargeEntry {
    return {
      ...signed,
      blob,
      isVerified: this.#verified.has(name, blob.version),
      verified: () => {
        this.#verified.add(name, blob.version);
      },
      damaged: () => {
        this.deps.observer.onUntrusted({ blob: name, reason: 'its bytes are not those that were signed' });
      },
    };
  }
}

interface Wanted {
  readonly reader: Scope;
  readonly scope: Scope;
  readonly hash: TaskHash;
}

function believe(
  { reader, scope, hash }: Wanted,
  { seal, size, keys }: { readonly seal: string; readonly size: number; readonly keys: readonly KeyObject[] },
): EntryStatement {
  const statement = openSeal(seal, { keys, hash, reader });
  if (statement.scope !== scope) throw untrusted(`it lies in ${scope} and was stored in ${statement.scope}`);
  if (statement.size !== size) throw untrusted(`it has ${String(size)} bytes, not ${String(statement.size)}`);
  return statement;
}

async function readAll(blob: OpenBlob, start: number, end: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of blob.pieces(start, end)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

function isUntrusted(error: unknown): error is MlError {
  return isMlError(error) && error.code === 'ERR_ML_CACHE_ENTRY_UNTRUSTED';
}

function untrusted(why: string): MlError {
  return new MlError('ERR_ML_CACHE_ENTRY_UNTRUSTED', {
    message: `An entry of the cache is not believed: ${why}`,
    fix: 'It counts as absent. nx-ml-server scrub finds all of them and moves them away.',
  });
}
