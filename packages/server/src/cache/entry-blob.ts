import type { Scope, TaskHash } from '@nx-ml/core/cache';
import { isScope, isTaskHash } from '@nx-ml/core/cache';

/** Below it lie the entries of Nx. */
export const entriesPrefix = 'cache/';

/** Where the entries of a scope lie. */
function scopePrefix(scope: Scope): string {
  return `${entriesPrefix}${scope}/`;
}

/** The blob of an entry. `^x` stands for `X`: in some places `X` and `x` are one name. */
export function entryBlob(scope: Scope, hash: TaskHash): string {
  const name = hash.replace(/[A-Z]/g, (letter) => `^${letter.toLowerCase()}`);
  return `${scopePrefix(scope)}${shardOf(hash)}/${name}`;
}

/** @returns undefined for a name that no entry has. */
export function entryOfBlob(blob: string): { readonly scope: Scope; readonly hash: TaskHash } | undefined {
  const [, scope, name] = /^cache\/([^/]+)\/[^/]+\/([^/]+)$/.exec(blob) ?? [];
  const hash = name?.replace(/\^([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (!isScope(scope) || !isTaskHash(hash) || entryBlob(scope, hash) !== blob) return undefined;
  return { scope, hash };
}

/** Lower case alone: how it is written decides nothing. One of `-`, `_`, and a lower-case letter or digit can stand anywhere. */
function shardOf(hash: TaskHash): string {
  return hash.slice(0, 2).toLowerCase();
}
