import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, sep } from 'node:path';

import type FastGlob from 'fast-glob';

import type { ForeignFile, FoundFile, HubRef, Whereabouts } from '../../interop/foreign/index.js';
import { blobSum, hubFolder, hubRefPath, snapshotPath } from '../../interop/huggingface/index.js';
import type { HubDataset } from '../../interop/huggingface/index.js';
import { checkPathSet, compareText, MlError } from '../../kernel/index.js';
import { measureFile } from './measure-file.js';

/** Datasets in the cache of the Hugging Face hub's client. Nothing is downloaded and nothing written. */
export class HubData {
  readonly #cache: string;

  /** @param cache absolute. */
  constructor(cache = hubCache(process.env)) {
    this.#cache = cache;
  }

  /** @throws MlError ERR_ML_PATH_UNSAFE, ERR_ML_POINTER_INVALID */
  list(ref: HubRef): readonly ForeignFile[] | undefined {
    const snapshot = this.#snapshot(ref);
    if (statSync(snapshot, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
    const paths = filesIn(snapshot, ref.files);
    if (paths.length === 0 || this.#brokenOff(ref) !== undefined) return undefined;
    checkPathSet(paths);
    return paths.map((path) => ({
      path,
      sum: blobSum(basename(this.#blob(ref, path)), join(snapshot, path)),
    }));
  }

  cachedSizes(ref: HubRef, files: readonly ForeignFile[]): readonly (number | undefined)[] {
    return files.map(({ path }) => statSync(this.#blob(ref, path), { throwIfNoEntry: false })?.size);
  }

  async find(ref: HubRef, { path, sum }: ForeignFile): Promise<FoundFile | undefined> {
    const blob = this.#blob(ref, path);
    const found = await measureFile(blob, sum);
    if (found !== undefined) return found;
    throw new MlError('ERR_ML_FOREIGN_DAMAGED', {
      message: `${join(this.#snapshot(ref), path)} is not what the name of its blob says: ${blob}`,
      fix: `Remove that blob, and download it again: ${downloadText(ref)}`,
    });
  }

  whereabouts(ref: HubRef): Whereabouts {
    const brokenOff = this.#brokenOff(ref);
    if (brokenOff !== undefined)
      return {
        text: `only in part in the Hugging Face cache: a download into it broke off, and left ${brokenOff}`,
        fix: `Let it end: ${downloadText(ref)}. Or name what is wanted under "files:" in ml.yaml, or remove that file if it belongs to another revision.`,
      };
    const what = isWhole(ref) ? '' : ` with ${ref.files.join(', ')}`;
    return {
      text: `not in the Hugging Face cache ${this.#cache}${what}`,
      fix: `Download it: ${downloadText(ref)}`,
    };
  }

  commitOf(dataset: HubDataset): string | undefined {
    try {
      const text = readFileSync(join(this.#cache, hubRefPath(dataset)), 'utf8').trim();
      return /^[0-9a-f]{40}$/.test(text) ? text : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * What the client leaves of a file that it did not get to the end of; absolute. The cache does not say which revision that was
   * for, nor which files a revision has: named ones are there or not, but a whole one is not to be relied on then.
   */
  #brokenOff(ref: HubRef): string | undefined {
    if (!isWhole(ref)) return undefined;
    const blobs = join(this.#cache, hubFolder(ref), 'blobs');
    const names = namesIn(blobs);
    const left = names.find((name) => {
      const [, sum] = /^([0-9a-f]{40}|[0-9a-f]{64})(?:\.[^/]+)?\.incomplete$/.exec(name) ?? [];
      return sum !== undefined && !names.includes(sum);
    });
    return left === undefined ? undefined : join(blobs, left);
  }

  #snapshot({ repo, commit }: HubRef): string {
    return join(this.#cache, snapshotPath({ repo, revision: commit }));
  }

  /** What a file of a snapshot leads to: a blob of the same repository, and nothing else. Absolute. */
  #blob(ref: HubRef, path: string): string {
    const file = join(this.#snapshot(ref), path);
    const blobs = realPath(join(this.#cache, hubFolder(ref), 'blobs'));
    const real = realPath(file);
    if (real !== undefined && blobs !== undefined && real === `${blobs}${sep}${basename(real)}`) return real;
    throw new MlError('ERR_ML_PATH_UNSAFE', {
      message: `${file} ${real === undefined ? 'leads nowhere' : `leads to ${real}`}, and not to a blob of its own repository in the Hugging Face cache`,
      fix: `Remove the folder ${this.#snapshot(ref)}, and download it again: ${downloadText(ref)}`,
    });
  }
}

/** Were no files named, so that all of a revision is meant? */
function isWhole({ files }: HubRef): boolean {
  return files.length === 1 && files[0] === '**/*';
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** As the hub's client decides it. */
function hubCache(env: NodeJS.ProcessEnv): string {
  const cacheHome = env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const home = env['HF_HOME'] ?? join(cacheHome, 'huggingface');
  return env['HF_HUB_CACHE'] ?? env['HUGGINGFACE_HUB_CACHE'] ?? join(home, 'hub');
}

/** Links are listed and not followed: each is looked at afterwards. */
function filesIn(snapshot: string, globs: readonly string[]): readonly string[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- slow to load, and rarely asked for
  const fastGlob = require('fast-glob') as typeof FastGlob;
  const wanted = globs.filter((glob) => !glob.startsWith('!'));
  const ignore = globs.flatMap((glob) => (glob.startsWith('!') ? [glob.slice(1)] : []));
  const options = { cwd: snapshot, ignore, dot: true, onlyFiles: false, followSymbolicLinks: false } as const;
  return fastGlob
    .sync(wanted, { ...options, objectMode: true })
    .filter(({ dirent }) => !dirent.isDirectory())
    .map(({ path }) => path)
    .sort(compareText);
}

function downloadText({ repo, commit, files }: HubRef): string {
  const some = files.filter((glob) => glob !== '**/*').map((glob) => ` --include "${glob}"`);
  return `hf download ${repo} --repo-type dataset --revision ${commit}${some.join('')}`;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
