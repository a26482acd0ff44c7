import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FolderBlobs } from '@nx-ml/core/adapters/remote-folder';
import { openHttpBlobs } from '@nx-ml/core/adapters/remote-http';
import { mintedCredentials } from '@nx-ml/core/adapters/server-session';
import type { Blobs, ServedBlobs } from '@nx-ml/core/remote';

import { openStateFolder } from '../../access/state/index.js';
import { UseLog } from '../../operations/index.js';
import type { Pace } from '../../http/pace.js';
import { openServerRig } from '../../testing/server-rig.js';
import type { ServerRig } from '../../testing/server-rig.js';
import { StoreRoom, storeRoutes } from '../index.js';
import type { StoreLimits, StoreObserver, StoreQuotas } from '../index.js';

/** A server with a store that listens on a port of its own. */
export interface StoreRig {
  readonly server: ServerRig;
  readonly room: StoreRoom;
  /** Where its blobs lie. */
  readonly folder: string;
  readonly uploads: string;
  /** A client of that token, as `fakeAuthenticator` reads it: `pr-7`, `protected:read`. */
  client(token: string, options?: ClientOptions): Blobs;
  close(): Promise<void>;
}

interface ClientOptions {
  /** Of something that stands before the server. */
  readonly port?: number;
  readonly retries?: number;
  readonly idle?: number;
}

interface RigOptions {
  readonly limits?: Partial<StoreLimits>;
  /** Without any there is no bound. */
  readonly quotas?: StoreQuotas;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Is told of what comes; gets the whole storage. */
  readonly openObserver?: (blobs: ServedBlobs) => StoreObserver;
  /** How slow a body may be. */
  readonly pace?: Pace;
  /** What stands between the server and its storage. */
  readonly over?: (blobs: ServedBlobs) => ServedBlobs;
}

export async function openStoreRig({
  limits = {},
  quotas = { total: undefined, scope: undefined },
  now = Date.now,
  openObserver,
  pace,
  over = (blobs) => blobs,
}: RigOptions = {}): Promise<StoreRig> {
  const folder = mkdtempSync(join(tmpdir(), 'nx-ml-store-'));
  const uploads = mkdtempSync(join(tmpdir(), 'nx-ml-uploads-'));
  const blobs = over(new FolderBlobs(folder));
  const state = mkdtempSync(join(tmpdir(), 'nx-ml-state-'));
  const uses = new UseLog(openStateFolder(state), 'store.log');
  const room = new StoreRoom({ blobs, uses, clock: { now }, quotas, warn: () => undefined });
  const server = await openServerRig({
    blobs,
    limits: pace === undefined ? {} : { pace },
    store: room,
    plugins: [
      storeRoutes({
        ...{ blobs, uploads, clock: { now }, room, limits },
        ...(openObserver === undefined ? {} : { observer: openObserver(blobs) }),
      }),
    ],
  });
  return {
    server,
    room,
    folder,
    uploads,
    client: (token, { port = server.port, ...patience } = {}) =>
      openHttpBlobs(
        { kind: 'http', origin: `http://127.0.0.1:${String(port)}`, path: '' },
        { credentials: mintedCredentials(token), patience: { firstDelay: 1, ...patience } },
      ),
    close: async () => {
      await server.close();
      for (const path of [folder, uploads, state]) rmSync(path, { recursive: true, force: true });
    },
  };
}
