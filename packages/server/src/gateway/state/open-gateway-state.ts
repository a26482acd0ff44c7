import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { openClaims } from '@nx-ml/core/adapters/slots-fs';
import type { TrustedKey } from '@nx-ml/core/bundle';
import { documentBytes, isJsonObject, parseJson } from '@nx-ml/core/kernel';

import { openStateFolder, stateFailure } from '../../access/state/index.js';
import type { StateFolder } from '../../access/state/index.js';
import { AdminToken } from './admin-token.js';
import { freeBytes, KeptBlobs } from './kept-blobs.js';
import type { FreeBytes } from './kept-blobs.js';
import { KeptReleases } from './kept-releases.js';
import { KeptServices } from './kept-services.js';

export interface GatewayState {
  readonly blobs: KeptBlobs;
  readonly releases: KeptReleases;
  readonly services: KeptServices;
  readonly token: AdminToken;
  /** Lets another gateway have it. */
  close(): Promise<void>;
}

export interface GatewayStateOptions {
  /** Absolute; made where nothing is. */
  readonly path: string;
  /** Whose signatures are believed; without one, none is asked for. */
  readonly trustedKeys: readonly TrustedKey[];
  /** Milliseconds since the epoch; for people only. */
  readonly now: () => number;
  readonly free?: FreeBytes | undefined;
}

const [formatFile, kind, formatVersion] = ['format.json', 'nx-ml-gateway', 1];

/** Opens the folder for one gateway at a time, and makes it where nothing is. @throws MlError ERR_ML_SERVER_STATE */
export async function openGatewayState(options: GatewayStateOptions): Promise<GatewayState> {
  const state = openGatewayFolder(options.path);
  const claim = await openClaims(join(state.path, 'locks')).tryClaim('gateway');
  if (claim === undefined)
    throw stateFailure(
      state.path,
      'is used by another gateway',
      'Stop it, or name another folder with --state.',
    );
  state.folder('blobs');
  const blobs = state.folder('blobs/sha256');
  return {
    blobs: new KeptBlobs(blobs, emptied(state.folder('incoming')), options.free ?? freeBytes),
    releases: new KeptReleases(state, blobs, options.trustedKeys),
    services: new KeptServices(state, options.now),
    token: new AdminToken(state),
    close: () => claim.release(),
  };
}

/** The folder, found to be that of a gateway. @throws MlError ERR_ML_SERVER_STATE */
export function openGatewayFolder(path: string): StateFolder {
  const state = openStateFolder(path);
  const found = state.read(formatFile);
  if (found === undefined) {
    const stranger = readdirSync(path).find((name) => name !== 'locks' && !name.endsWith('.new'));
    if (stranger !== undefined)
      throw stateFailure(
        path,
        `is no state of a gateway: it holds ${stranger}`,
        'Name an empty folder with --state.',
      );
    state.create(formatFile, documentBytes({ formatVersion, kind }));
    return state;
  }
  const document = parseJson(found.bytes.toString('utf8'));
  if (!isJsonObject(document) || document['kind'] !== kind || document['formatVersion'] !== formatVersion)
    throw stateFailure(
      path,
      'is no state of a gateway, or of another version',
      'Name another folder with --state.',
    );
  return state;
}

/** What was on its way when a gateway ended has no use. */
function emptied(folder: string): string {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
  return folder;
}
