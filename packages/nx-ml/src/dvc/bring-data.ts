import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

import {
  cachePaths,
  dvcRootOf,
  folderObjectText,
  lockedOuts,
  parseDvcConfig,
  parseFolderObject,
  parsePointer,
} from '@nx-ml/core/interop/dvc';
import type { FolderEntry, HashedData } from '@nx-ml/core/interop/dvc';
import { MlError } from '@nx-ml/core/kernel';

import { md5Of, md5OfText } from './md5.js';
import type { StagePlace } from './stage-run.js';

export interface DataOptions {
  /** A .dvc file or a dvc.lock, workspace-relative. */
  readonly file: string;
  /** The stage whose outputs are meant, for dvc.lock. */
  readonly stage: string | undefined;
  /** The working folder of the stage. */
  readonly folder: string;
}

/**
 * Brings the bytes that a .dvc file or dvc.lock names into the outputs of the run: from the workspace if they are there as
 * named, else from the DVC cache. Every copy is verified against its MD5 sum after it was made.
 *
 * @throws MlError ERR_ML_DATA_MISSING, ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE
 */
export function bringData(place: StagePlace, options: DataOptions): void {
  const text = textOf(join(place.root, options.file)) ?? '';
  const { file, stage, folder } = options;
  const data =
    stage === undefined ? parsePointer(text, file).data : lockedOuts(text, file, { stage, folder });
  if (data === undefined)
    throw new MlError('ERR_ML_DATA_MISSING', {
      message: `${file} says nothing of the stage ${stage ?? ''}`,
      fix: 'Restore it from git, or import the DVC project again.',
    });
  const bringer = new Bringer(place, options);
  for (const each of data) bringer.bring(each);
}

class Bringer {
  readonly #root: string;
  readonly #outputs: string;
  readonly #cache: string;
  readonly #mend: string;

  constructor({ root, run }: StagePlace, { file, stage }: DataOptions) {
    this.#root = root;
    this.#outputs = run.outputs;
    this.#cache = cacheFolder(root, file);
    this.#mend = `Bring it: dvc pull ${stage ?? file}, or copy it there as it was when it was added.`;
  }

  bring(data: HashedData): void {
    const { path, md5, legacy } = data;
    if (!data.isFolder) this.#bringFile(path, { md5, legacy });
    else
      for (const entry of this.#entriesOf(data))
        this.#bringFile(`${path}/${entry.path}`, { md5: entry.md5, legacy });
  }

  #bringFile(path: string, { md5, legacy }: Pick<HashedData, 'md5' | 'legacy'>): void {
    const target = join(this.#outputs, path);
    mkdirSync(dirname(target), { recursive: true });
    const sources = [join(this.#root, path), ...this.#cached({ md5, isFolder: false })];
    if (!sources.some((source) => copyIfSame(source, target, { md5, legacy })))
      throw this.#missing(path, md5);
  }

  /** The files of a folder: as the cache lists them, or as they lie in the workspace if those are what is named. */
  #entriesOf({ path, md5, legacy }: HashedData): readonly FolderEntry[] {
    for (const object of this.#cached({ md5, isFolder: true })) {
      const text = textOf(object);
      if (text !== undefined && md5OfText(text) === md5) return parseFolderObject(text, path);
    }
    const text = folderObjectText(entriesBelow(join(this.#root, path), legacy));
    if (md5OfText(text) === md5) return parseFolderObject(text, path);
    throw this.#missing(path, md5);
  }

  #cached(object: Pick<HashedData, 'md5' | 'isFolder'>): readonly string[] {
    return cachePaths(object).map((path) => join(this.#cache, path));
  }

  #missing(path: string, md5: string): MlError {
    return new MlError('ERR_ML_DATA_MISSING', {
      message: `${path} (md5 ${md5.slice(0, 12)}) is in the workspace neither as DVC has it nor in the DVC cache`,
      fix: this.#mend,
    });
  }
}

function cacheFolder(root: string, file: string): string {
  const owner = dvcRootOf(dirname(file) === '.' ? '' : dirname(file), (path) => existsSync(join(root, path)));
  const base = join(root, owner ?? '', '.dvc');
  const texts = ['config', 'config.local'].map((name) => textOf(join(base, name)) ?? '');
  return resolve(base, parseDvcConfig(...texts).cacheFolder ?? 'cache');
}

function copyIfSame(
  source: string,
  target: string,
  { md5, legacy }: Pick<HashedData, 'md5' | 'legacy'>,
): boolean {
  if (statSync(source, { throwIfNoEntry: false })?.isFile() !== true) return false;
  copyFileSync(source, target, constants.COPYFILE_FICLONE);
  const sums = md5Of(target);
  if (sums.bytes === md5 || (legacy && sums.unixLines === md5)) return true;
  rmSync(target);
  return false;
}

function entriesBelow(folder: string, legacy: boolean): readonly FolderEntry[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const sums = md5Of(path);
      return { path: relative(folder, path).split(sep).join('/'), md5: legacy ? sums.unixLines : sums.bytes };
    });
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
