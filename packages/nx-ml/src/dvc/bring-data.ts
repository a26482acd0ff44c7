import { constants, copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { DvcSources, isSameFile, textOf } from '@nx-ml/core/adapters/foreign-fs';
import { lockedOuts, parsePointer } from '@nx-ml/core/interop/dvc';
import type { HashedData } from '@nx-ml/core/interop/dvc';
import { MlError } from '@nx-ml/core/kernel';

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
  readonly #outputs: string;
  readonly #sources: DvcSources;
  readonly #mend: string;

  constructor({ root, run }: StagePlace, { file, stage }: DataOptions) {
    this.#outputs = run.outputs;
    this.#sources = new DvcSources(root, file);
    this.#mend = `Bring it: dvc pull ${stage ?? file}, or copy it there as it was when it was added.`;
  }

  bring(data: HashedData): void {
    const { path, md5, legacy } = data;
    if (!data.isFolder) {
      this.#bringFile(path, { md5, legacy });
      return;
    }
    const entries = this.#sources.entriesOf(data);
    if (entries === undefined) throw this.#missing(path, md5);
    for (const entry of entries) this.#bringFile(`${path}/${entry.path}`, { md5: entry.md5, legacy });
  }

  #bringFile(path: string, { md5, legacy }: Pick<HashedData, 'md5' | 'legacy'>): void {
    const target = join(this.#outputs, path);
    mkdirSync(dirname(target), { recursive: true });
    const sources = this.#sources.candidates(path, md5);
    if (!sources.some((source) => copyIfSame(source, target, { md5, legacy })))
      throw this.#missing(path, md5);
  }

  #missing(path: string, md5: string): MlError {
    return new MlError('ERR_ML_DATA_MISSING', {
      message: `${path} (md5 ${md5.slice(0, 12)}) is in the workspace neither as DVC has it nor in the DVC cache`,
      fix: this.#mend,
    });
  }
}

function copyIfSame(source: string, target: string, sums: Pick<HashedData, 'md5' | 'legacy'>): boolean {
  if (statSync(source, { throwIfNoEntry: false })?.isFile() !== true) return false;
  copyFileSync(source, target, constants.COPYFILE_FICLONE);
  if (isSameFile(target, sums)) return true;
  rmSync(target);
  return false;
}
