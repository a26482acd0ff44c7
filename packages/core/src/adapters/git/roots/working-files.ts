import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

import { maxPointerBytes, pointerEndings, rootUnreadable } from '../../../gc/index.js';
import type { PointerRoot, ResultRoot } from '../../../gc/index.js';
import { isJsonObject } from '../../../kernel/index.js';
import { stateFolder, viewEndings } from '../../../layout/index.js';

export interface WorkingFiles {
  readonly pointers: PointerRoot[];
  readonly results: ResultRoot[];
  /** Folders that hold a repository of their own. */
  readonly nested: string[];
}

/** Nothing in them is a workspace's own. */
const passedOver = new Set(['.git', 'node_modules']);
const manifests = `/${stateFolder}/manifests/`;

/**
 * Pointers and results among the files below a folder, whether or not git knows them. Links to folders are not followed.
 *
 * @throws MlError ERR_ML_ROOTS_UNREADABLE for what cannot be read.
 */
export function readWorkingFiles(top: string): WorkingFiles {
  const found: WorkingFiles = { pointers: [], results: [], nested: [] };
  const waiting = [top];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const items = attempt(folder, () => readdirSync(folder, { withFileTypes: true })) ?? [];
    for (const item of items) {
      if (item.isDirectory() && !passedOver.has(item.name)) waiting.push(join(folder, item.name));
      else if (item.name === '.git' && folder !== top) found.nested.push(folder);
      else if (item.name === 'nx.json') waiting.push(...cacheElsewhere(folder));
      else readFile(item, { top, folder, found });
    }
  }
  return found;
}

interface FilePlace {
  readonly top: string;
  readonly folder: string;
  readonly found: WorkingFiles;
}

function readFile(item: Dirent, { top, folder, found }: FilePlace): void {
  const path = join(folder, item.name);
  const place = { in: 'files', repository: top } as const;
  if (pointerEndings.some((ending) => item.name.endsWith(ending))) {
    const size = attempt(path, () => statSync(path).size);
    if (size === undefined || item.isDirectory()) return;
    const text = size > maxPointerBytes ? undefined : attempt(path, () => readFileSync(path, 'utf8'));
    found.pointers.push({ path: relative(top, path).split(sep).join('/'), size, text, place });
  } else if (isResult(item.name) && path.split(sep).join('/').includes(manifests)) {
    const text = attempt(path, () => readFileSync(path, 'utf8'));
    if (text !== undefined) found.results.push({ path, from: ownerOf(relative(top, path)), text });
  }
}

function isResult(name: string): boolean {
  return name.endsWith('.json') && !viewEndings.some((ending) => name.endsWith(ending));
}

/** Nx keeps copies of manifests in its cache, in `.nx` or outside of the workspace. */
function ownerOf(path: string): ResultRoot['from'] {
  const parts = path.split(sep);
  return parts[0] === '..' || parts.includes('.nx') ? 'nx-cache' : 'workspace';
}

/** Nx's cache, where nx.json or the environment puts it outside of the workspace's default. */
function cacheElsewhere(folder: string): readonly string[] {
  const configured = cacheDirectory(join(folder, 'nx.json'));
  return [configured, process.env['NX_CACHE_DIRECTORY']].flatMap((path) => {
    if (path === undefined || path === '') return [];
    const cache = resolve(folder, path);
    const isBelow = cache === folder || cache.startsWith(folder + sep);
    return isBelow || statSync(cache, { throwIfNoEntry: false }) === undefined ? [] : [cache];
  });
}

function cacheDirectory(nxJson: string): string | undefined {
  try {
    const document: unknown = JSON.parse(readFileSync(nxJson, 'utf8'));
    const path = isJsonObject(document) ? document['cacheDirectory'] : undefined;
    return typeof path === 'string' ? path : undefined;
  } catch {
    return undefined; // With comments, or broken: then Nx's cache is looked for where it is by default.
  }
}

/** undefined: it went away meanwhile. */
function attempt<T>(path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw rootUnreadable(
      `${path} cannot be read`,
      'Give yourself permission to read it, or remove it where nothing needs it.',
      cause,
    );
  }
}
