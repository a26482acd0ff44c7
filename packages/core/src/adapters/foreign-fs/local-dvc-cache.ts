import { randomUUID } from 'node:crypto';
import {
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

import { cachePaths, folderObjectText } from '../../interop/dvc/index.js';
import type { DvcCache, DvcCached, FoundFile } from '../../interop/foreign/index.js';
import { checkPathSet, compareText, isMlError, messageOf, MlError } from '../../kernel/index.js';
import { dvcPlace } from './dvc-place.js';
import type { DvcPlace } from './dvc-place.js';
import { textOf } from './text-of.js';
import { md5Of, md5OfText } from './md5.js';
import { measureFile } from './measure-file.js';

/** The cache of the DVC project that a workspace's file belongs to. */
export class LocalDvcCache implements DvcCache {
  readonly #root: string;

  /** @param root absolute; of the workspace. */
  constructor(root: string) {
    this.#root = root;
  }

  async put(path: string): Promise<DvcCached> {
    try {
      return await this.#put(path);
    } catch (cause) {
      if (isMlError(cause)) throw cause;
      throw new MlError('ERR_ML_FILE_INACCESSIBLE', {
        message: `${path} cannot be put into the DVC cache: ${messageOf(cause)}`,
        fix: 'Give yourself permission there, and room on the disk.',
        cause,
      });
    }
  }

  async #put(path: string): Promise<DvcCached> {
    const place = dvcPlace(this.#root, `${path}.dvc`);
    if (!place.isProject)
      throw new MlError('ERR_ML_DVC_INVALID', {
        message: `${path} lies in no DVC project`,
        fix: 'Make one: dvc init. Or keep the data without DVC: nx-ml data add',
      });
    const at = join(this.#root, path);
    if (lstatSync(at).isDirectory()) return this.#putFolder(path, place);
    const { md5, found } = await putFile(at, place.cacheFolder);
    const entries = [{ path: basename(path), digest: found.digest, size: found.size }];
    return { md5, size: found.size, entries, isFolder: false };
  }

  async #putFolder(path: string, place: DvcPlace): Promise<DvcCached> {
    refuseRules(this.#root, path, place);
    const at = join(this.#root, path);
    const files = filesBelow(at);
    checkPathSet(files);
    const cached: (Cached & { readonly path: string })[] = [];
    for (const file of files)
      cached.push({ path: file, ...(await putFile(join(at, file), place.cacheFolder)) });
    const list = folderObjectText(cached);
    const md5 = md5OfText(list);
    await putText(list, join(place.cacheFolder, objectName(md5, true)));
    const entries = cached.map(({ path: file, found: { digest, size } }) => ({ path: file, digest, size }));
    return { md5, size: entries.reduce((sum, { size }) => sum + size, 0), entries, isFolder: true };
  }
}

interface Cached {
  readonly md5: string;
  readonly found: FoundFile;
}

/** The copy is what is hashed in the end: the file may change while it is read. */
async function putFile(at: string, cache: string): Promise<Cached> {
  if (!lstatSync(at).isFile())
    throw new MlError('ERR_ML_PATH_UNSAFE', {
      message: `${at} is no regular file`,
      fix: 'Put the file itself there: a link would mean another file on another machine.',
    });
  const md5 = md5Of(at).bytes;
  const object = join(cache, objectName(md5, false));
  const known = await measureFile(object, { kind: 'md5', hex: md5 });
  if (known !== undefined) return { md5, found: known };
  const found = await placed(object, async (aside) => {
    copyFileSync(at, aside, constants.COPYFILE_FICLONE);
    return measureFile(aside, { kind: 'md5', hex: md5 });
  });
  if (found !== undefined) return { md5, found };
  throw new MlError('ERR_ML_SOURCE_CHANGED', {
    message: `${at} changed while it was put into the DVC cache`,
    fix: 'Run again when nothing writes there.',
  });
}

async function putText(text: string, object: string): Promise<void> {
  if (textOf(object) === text) return;
  await placed(object, (aside) => {
    writeFileSync(aside, text);
    return Promise.resolve(true);
  });
}

/** Makes a file beside its place and moves it there, read-only, whole or not at all; undefined: it was not to be. */
async function placed<T>(
  target: string,
  make: (aside: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const aside = `${target}.${randomUUID()}.tmp`;
  mkdirSync(dirname(target), { recursive: true });
  try {
    const made = await make(aside);
    if (made === undefined) return undefined;
    chmodSync(aside, 0o444);
    renameSync(aside, target);
    return made;
  } finally {
    rmSync(aside, { force: true });
  }
}

function objectName(md5: string, isFolder: boolean): string {
  return cachePaths({ md5, isFolder })[0] ?? '';
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort(compareText);
}

/** DVC would leave out what they match, and so name another list of files. */
function refuseRules(root: string, path: string, place: DvcPlace): void {
  const parts = path.split('/');
  const folders = ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
  const rules = folders
    .filter((folder) => place.root === '' || folder === place.root || folder.startsWith(`${place.root}/`))
    .map((folder) => (folder === '' ? '.dvcignore' : `${folder}/.dvcignore`))
    .find((file) => existsSync(join(root, file)) && hasRules(join(root, file)));
  if (rules === undefined) return;
  throw new MlError('ERR_ML_DVC_INVALID', {
    message: `${rules} has rules, which DVC applies to folders and nx-ml does not`,
    fix: `Let DVC add the folder: dvc add ${path}`,
  });
}

function hasRules(file: string): boolean {
  return (textOf(file) ?? '').split('\n').some((line) => /^\s*[^#\s]/.test(line));
}
