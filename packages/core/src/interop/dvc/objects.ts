import { readJson } from '../../documents/index.js';
import { checkPathSet, compareText, isJsonObject, MlError } from '../../kernel/index.js';
import type { HashedData } from './hashed-data.js';

/** One file of a folder that DVC keeps. */
export interface FolderEntry {
  /** Relative to the folder. */
  readonly path: string;
  readonly md5: string;
}

/** Larger lists are not read: some two million files. */
export const maxFolderObjectBytes = 200_000_000;

/** Where an object may lie in a DVC cache, relative to it: as DVC 3 has it, then as DVC 2 had it. */
export function cachePaths({ md5, isFolder }: Pick<HashedData, 'md5' | 'isFolder'>): readonly string[] {
  const name = `${md5.slice(0, 2)}/${md5.slice(2)}${isFolder ? '.dir' : ''}`;
  return [`files/md5/${name}`, name];
}

/**
 * Reads the list of files that stands for a folder. Hostile until proven good: it names the paths that are written.
 *
 * @param where for messages: the path of the folder.
 * @throws MlError ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE
 */
export function parseFolderObject(text: string, where: string): readonly FolderEntry[] {
  const reading = readJson(text);
  const entries = reading.ok && Array.isArray(reading.value) ? reading.value.map(entryOf) : [undefined];
  if (entries.some((entry) => entry === undefined))
    throw new MlError('ERR_ML_DVC_INVALID', {
      message: `${where}: its list of files in the DVC cache is no list of {md5, relpath}`,
      fix: 'Bring it again: dvc fetch --force, or dvc add the folder.',
    });
  const found = entries.flatMap((entry) => entry ?? []).sort((a, b) => compareText(a.path, b.path));
  checkPathSet(found.map(({ path }) => path));
  return found;
}

function entryOf(value: unknown): FolderEntry | undefined {
  if (!isJsonObject(value)) return undefined;
  const { md5, relpath } = value;
  if (typeof md5 !== 'string' || !/^[0-9a-f]{32}$/.test(md5) || typeof relpath !== 'string') return undefined;
  return { path: relpath, md5 };
}

/** The list of files as DVC writes it, so that a folder in the workspace can be compared with its MD5 sum. */
export function folderObjectText(entries: readonly FolderEntry[]): string {
  // Python sorts by code point, as UTF-8 does and UTF-16 does not.
  const sorted = [...entries].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const items = sorted.map(({ path, md5 }) => `{"md5": "${md5}", "relpath": ${ascii(JSON.stringify(path))}}`);
  return `[${items.join(', ')}]`;
}

/** Python's json.dumps escapes all that is not ASCII. */
function ascii(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
