import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Release } from '@nx-ml/core/deploy';
import { messageOf, MlError } from '@nx-ml/core/kernel';

import { isRelease } from '../../gateway/index.js';
import type { UnpackedRelease } from '../../gateway/index.js';

/** Reads `release.json` of a folder, beside which each model has a folder of its own. @throws MlError ERR_ML_SERVER_CONFIG */
export async function readRelease(folder: string): Promise<UnpackedRelease> {
  const path = join(folder, 'release.json');
  const release = parse(await read(path), path);
  const names = Object.keys(release.models);
  return { release, folders: Object.fromEntries(names.map((name) => [name, join(folder, name)])) };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw wrong(path, `cannot be read: ${messageOf(cause)}`, cause);
  }
}

function parse(text: string, path: string): Release {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw wrong(path, 'is not JSON', cause);
  }
  if (!isRelease(json)) throw wrong(path, 'is no release: { formatVersion: 1, service, models, config }');
  return json;
}

function wrong(path: string, why: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_SERVER_CONFIG', {
    message: `${path} ${why}`,
    fix: 'Name the folder of a release; docs/guides/gateway.md shows one.',
    cause,
  });
}
