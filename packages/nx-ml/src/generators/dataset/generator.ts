import { posix, resolve, sep } from 'node:path';

import type { GeneratorCallback, Tree } from '@nx/devkit';
import { encodePointer } from '@nx-ml/core/documents';
import { MlError } from '@nx-ml/core/kernel';
import type { z } from 'zod';

import { addProject } from '../add-project.js';
import { nxGenerator } from '../nx-generator.js';
import { given } from '../shared-options.js';
import { writeTemplate } from '../template-files.js';
import { isUrl, pinDownload } from './download.js';
import { findGiven, gitLimit, globOf, readGiven, refOf } from './given-files.js';
import type { GivenFiles } from './given-files.js';
import { datasetGenerator } from './options.js';
import { addSample } from './sample.js';
import { storeGiven } from './store-given.js';

type Options = z.output<typeof datasetGenerator.options>;

interface Place {
  readonly name: string;
  readonly root: string;
  /** The folder has the project's name, so that ml.yaml need not say it. */
  readonly keepsName: boolean;
}

/**
 * @throws MlError ERR_ML_USAGE, ERR_ML_DATA_MISSING, ERR_ML_PATH_UNSAFE, ERR_ML_DOWNLOAD_FAILED, ERR_ML_PROJECT_EXISTS
 */
export async function generateDataset(tree: Tree, options: Options): Promise<GeneratorCallback | undefined> {
  const root = options.directory ?? `datasets/${options.name}`;
  const place: Place = { name: options.name, root, keepsName: posix.basename(root) === options.name };
  const from = given(options.from);
  if (from === undefined) {
    await addSample(tree, place.name, root);
    return undefined;
  }
  if (isUrl(from)) return addDownload(tree, place, from);
  const files = findGiven(resolve(tree.root, from));
  refuseItself(resolve(tree.root, root), files);
  return options.store || files.size > gitLimit
    ? addPointed(tree, place, files)
    : addFiles(tree, place, files);
}

/** A folder cannot be copied into itself. */
function refuseItself(root: string, { kind, path }: GivenFiles): void {
  if (kind === 'file' || !`${root}${sep}`.startsWith(`${path}${sep}`)) return;
  throw new MlError('ERR_ML_USAGE', {
    message: `--from names ${path}, which would hold the dataset itself`,
    fix: 'Name a folder beside or outside the dataset, or files in it.',
  });
}

async function addDownload(tree: Tree, place: Place, url: string): Promise<undefined> {
  const download = await pinDownload(url);
  await addProject(tree, {
    ...place,
    write: (target) => {
      writeTemplate(target, 'dataset/url', place.root, { ...place, ...download });
    },
  });
}

async function addFiles(tree: Tree, place: Place, files: GivenFiles): Promise<undefined> {
  const glob = files.kind === 'file' ? globOf(files.name) : `${files.name}/**/*`;
  await addProject(tree, {
    ...place,
    write: (target) => {
      writeTemplate(target, 'dataset/files', place.root, { ...place, glob });
      for (const [path, bytes] of readGiven(files)) target.write(`${place.root}/${path}`, bytes);
    },
  });
}

/** The pointer is written with all else; the bytes follow once it is on disk, which a dry run never comes to. */
async function addPointed(
  tree: Tree,
  place: Place,
  files: GivenFiles,
): Promise<GeneratorCallback | undefined> {
  const pointer = `${files.name}.ref.json`;
  const target = `${place.root}/${files.name}`;
  refuseOther(tree, target, files);
  const outcome = await addProject(tree, {
    ...place,
    write: (target) => {
      writeTemplate(target, 'dataset/pointer', place.root, { ...place, pointer, data: files.name });
      target.write(`${place.root}/${pointer}`, encodePointer(refOf(files)));
      target.write(`${place.root}/.gitignore`, `/${files.name}\n`);
    },
  });
  // What was added before is the user's: their copy may have changed since.
  return outcome === 'unchanged' ? undefined : () => storeGiven(tree.root, target, files);
}

/** Data that lies where the copy would go is somebody's, unless it is what was given. */
function refuseOther(tree: Tree, target: string, given: GivenFiles): void {
  const isNew = !tree.exists(`${posix.dirname(target)}/ml.yaml`);
  if (!isNew || !tree.exists(target) || resolve(tree.root, target) === given.path) return;
  throw new MlError('ERR_ML_PROJECT_EXISTS', {
    message: `${target} is there already, and is not what --from names`,
    fix: 'Move it away first, or name it with --from. Nothing was written.',
  });
}

export default nxGenerator(datasetGenerator, generateDataset);
