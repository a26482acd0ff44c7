import { resolve } from 'node:path';

import type { ServedBlobs } from '@nx-ml/core/remote';

import { openStateFolder } from '../../access/state/index.js';
import type { StateFolder } from '../../access/state/index.js';
import { openStorage } from '../../storage/index.js';
import { stateFolderOf, usageError } from '../command.js';
import type { Io, ParsedOptions } from '../command.js';

export interface OpenedStorage {
  readonly blobs: ServedBlobs;
  readonly state: StateFolder;
}

/** What --storage and --state, or their variables, name. @throws MlError ERR_ML_USAGE, or as the storage */
export async function openNamedStorage(
  { values, positionals }: ParsedOptions,
  io: Io,
  help: string,
): Promise<OpenedStorage> {
  if (positionals.length > 0) throw usageError(`"${positionals.join(' ')}" stands for nothing`, help);
  const named = values['storage'];
  const text = typeof named === 'string' ? named : (io.env['NX_ML_SERVER_STORAGE'] ?? '');
  if (text === '')
    throw usageError('No storage is named, neither by --storage nor by NX_ML_SERVER_STORAGE', help);
  const state = openStateFolder(stateFolderOf(values['state'], io, help));
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  return { blobs: await openStorage(isAddress ? text : resolve(io.cwd, text), state), state };
}
