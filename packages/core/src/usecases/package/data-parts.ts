import type { DataPart } from '../../bundle/card/card-facts.js';
import { hasRows, rowCount } from '../../data/index.js';
import { isMlError } from '../../kernel/index.js';
import { decodeTree } from '../../store/index.js';
import type { ObjectRef, TreeEntry } from '../../store/index.js';
import type { Stores } from '../records/run-store.js';

/** Tables of more bytes than these are not counted: packaging would read what nothing else needs. */
const mostBytes = 64_000_000;
/** Of more tables nobody reads a list. */
const mostParts = 20;

/**
 * The rows of a dataset by its files, as far as those are tables and few: what a card tells of training and test parts. It follows from the content
 * alone, so that two machines make the same card.
 *
 * @returns empty where that cannot be told, also of data that no store has any more.
 * @throws MlError where a store cannot be reached: the next try tells more.
 */
export async function dataParts(ref: ObjectRef, { objects }: Stores): Promise<readonly DataPart[]> {
  if (ref.kind === 'file') return [];
  try {
    const entries = decodeTree(await objects.readBytes(ref.digest));
    const tables = entries.filter(({ path, size }) => hasRows(path, size) && !path.endsWith('.txt'));
    const bytes = tables.reduce((sum, { size }) => sum + size, 0);
    if (tables.length > mostParts || bytes > mostBytes) return [];
    const parts = await Promise.all(tables.map((entry) => partOf(entry, objects)));
    return parts.flat();
  } catch (error) {
    if (isMlError(error) && error.code === 'ERR_ML_OBJECT_MISSING') return [];
    throw error;
  }
}

async function partOf({ path, digest }: TreeEntry, objects: Stores['objects']): Promise<readonly DataPart[]> {
  const rows = await rowCount(path, await objects.readBytes(digest));
  return rows === undefined ? [] : [{ path, rows }];
}
