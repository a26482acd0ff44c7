import type { z } from 'zod';

import { documentBytes, isJsonObject } from '../kernel/index.js';
import { maxDepth } from './limits.js';
import { malformed } from './refusals.js';

export interface StrictKind<T> {
  /** For messages: `the index`. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
  /** Most bytes. */
  readonly limit: number;
}

/**
 * Reads a document of a bundle, which may be hostile: only the canonical bytes of a valid one are accepted, so that no bit
 * of it can change unseen.
 *
 * @throws MlError ERR_ML_BUNDLE_LAYOUT
 */
export function readStrict<T>(bytes: Uint8Array, { name, schema, limit }: StrictKind<T>): T {
  const value = parseLimited(bytes, name, limit);
  const read = schema.safeParse(value);
  const [issue] = read.error?.issues ?? [];
  if (!read.success)
    throw malformed(`${name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.slice(0, 300));
  if (!documentBytes(read.data).equals(bytes)) throw malformed(`${name} is not in canonical form`);
  return read.data;
}

/** @throws MlError ERR_ML_BUNDLE_LAYOUT for what is no JSON, too long, or nested too deep to be walked. */
export function parseLimited(bytes: Uint8Array, name: string, limit: number): unknown {
  if (bytes.length > limit) throw malformed(`${name} has more than ${String(limit)} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw malformed(`${name} is not JSON in UTF-8`, cause);
  }
  if (isDeeper(value, maxDepth)) throw malformed(`${name} is nested deeper than ${String(maxDepth)} levels`);
  return value;
}

/** Without recursion: what is asked is whether recursion would do. */
function isDeeper(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap(childrenOf);
  }
  return false;
}

function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  return isJsonObject(value) ? Object.values(value) : [];
}
