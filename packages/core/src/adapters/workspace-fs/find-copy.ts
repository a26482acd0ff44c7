import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { digestOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import { digestOfFile } from './digest-of-file.js';

/** Bytes of a stored object, found outside of the store. */
type FoundCopy =
  | { readonly is: 'file'; readonly path: string }
  /** The document of a tree, whose files are all there. */
  | { readonly is: 'tree'; readonly document: Buffer };

/**
 * All objects whose bytes lie in the file or folder that a pointer stands for. Every file is read.
 *
 * @param place absolute; need not be there.
 */
export function copiesIn(place: string): ReadonlyMap<Digest, FoundCopy> {
  const files = filesBelow(place).map(({ path, size }) => ({ path, size, digest: digestOfFile(path, size) }));
  const copies = new Map<Digest, FoundCopy>(files.map(({ path, digest }) => [digest, { is: 'file', path }]));
  if (files.length === 0 || files[0]?.path === place) return copies;
  const entries = files.map(({ path, ...file }) => ({ path: path.slice(place.length + 1), ...file }));
  const document = encodeTree(entries);
  return copies.set(digestOf(document), { is: 'tree', document });
}

interface FoundFile {
  readonly path: string;
  readonly size: number;
}

function filesBelow(path: string): readonly FoundFile[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile() === true) return [{ path, size: found.size }];
  if (found?.isDirectory() !== true) return [];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}
