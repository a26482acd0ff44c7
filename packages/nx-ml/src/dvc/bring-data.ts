import { constants, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { LocalForeignData, measureFile, textOf } from '@nx-ml/core/adapters/foreign-fs';
import { lockedOuts, parsePointer } from '@nx-ml/core/interop/dvc';
import type { HashedData } from '@nx-ml/core/interop/dvc';
import type { DvcRef, ForeignData, ForeignFile } from '@nx-ml/core/interop/foreign';
import { isMlError, MlError } from '@nx-ml/core/kernel';

import { foreignRemotes } from '../foreign-remotes.js';
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
 * named, else from the DVC cache, else from the DVC remote. Every copy is verified against its MD5 sum after it was made.
 *
 * @throws MlError ERR_ML_DATA_MISSING, ERR_ML_DVC_INVALID, ERR_ML_PATH_UNSAFE and those of remotes
 */
export async function bringData(place: StagePlace, options: DataOptions): Promise<void> {
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
  for (const each of data)
    try {
      await bringer.bring(each);
    } catch (error) {
      throw withDvcPull(error, stage ?? file);
    }
}

/** DVC may reach a remote that we cannot: it has credentials and settings of its own. */
function withDvcPull(error: unknown, target: string): unknown {
  if (!isMlError(error) || !error.code.startsWith('ERR_ML_REMOTE_')) return error;
  const { code, message, fix, detail, cause } = error;
  return new MlError(code, {
    message,
    fix: `${fix} Or bring it with DVC: dvc pull ${target}`,
    detail,
    cause,
  });
}

class Bringer {
  readonly #outputs: string;
  readonly #aside: string;
  readonly #data: ForeignData;
  readonly #options: DataOptions;

  constructor({ root, run }: StagePlace, options: DataOptions) {
    this.#outputs = run.outputs;
    this.#aside = join(dirname(run.state), 'fetched');
    this.#data = new LocalForeignData(root, foreignRemotes(process.env));
    this.#options = options;
  }

  async bring({ path, md5, isFolder, legacy, remote }: HashedData): Promise<void> {
    const sum = { kind: legacy ? 'md5-dos2unix' : 'md5', hex: md5 } as const;
    const ref: DvcRef = { tool: 'dvc', file: this.#options.file, path, sum, isFolder, remote };
    const files = await this.#data.list(ref, 'remotes');
    if (files === undefined) throw this.#missing(ref, path);
    for (const file of files) await this.#bringFile(ref, file, isFolder ? `${path}/${file.path}` : path);
  }

  async #bringFile(ref: DvcRef, file: ForeignFile, path: string): Promise<void> {
    const target = join(this.#outputs, path);
    mkdirSync(dirname(target), { recursive: true });
    const found = (await this.#data.find(ref, file)) ?? (await this.#data.fetch(ref, file, this.#aside));
    if (found === undefined) throw this.#missing(ref, path);
    copyFileSync(found.at, target, constants.COPYFILE_FICLONE);
    rmSync(this.#aside, { force: true });
    if ((await measureFile(target, file.sum)) !== undefined) return;
    rmSync(target);
    throw new MlError('ERR_ML_SOURCE_CHANGED', {
      message: `${path} changed while it was brought`,
      fix: 'Run again when nothing writes there.',
    });
  }

  #missing(ref: DvcRef, path: string): MlError {
    const { file, stage } = this.#options;
    const { text } = this.#data.whereabouts(ref);
    return new MlError('ERR_ML_DATA_MISSING', {
      message: `${path} (md5 ${ref.sum.hex.slice(0, 12)}) is ${text}`,
      fix: `Bring it: dvc pull ${stage ?? file}, or copy it there as it was when it was added.`,
    });
  }
}
