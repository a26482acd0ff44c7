import type { FastifyInstance } from 'fastify';

import { openAuthenticator } from '../../access/authenticator.js';
import { SigningKeyFile } from '../../access/keys/index.js';
import { TokenExchange } from '../../access/oidc/index.js';
import { openStateFolder } from '../../access/state/index.js';
import { tokenRoutes } from '../../access/token-routes.js';
import { buildServer } from '../../app/build-server.js';
import { gathered, StoreBoard, UseLog } from '../../operations/index.js';
import { ServedCertificate } from '../../app/tls/index.js';
import { openStorage } from '../../storage/index.js';
import { StoreRoom, storeRoutes } from '../../store/index.js';
import type { Io } from '../command.js';
import type { ServeOptions } from './serve-options.js';

/** The one place where the parts of the server are put together. @throws MlError */
export async function composeServer(options: ServeOptions, io: Io): Promise<FastifyInstance> {
  const { clock } = io;
  const warn = (message: string): void => {
    io.tell(`${message}\n`);
  };
  const certificate = options.tls && new ServedCertificate(options.tls, { clock, tell: warn });
  const state = openStateFolder(options.state);
  const keys = new SigningKeyFile(state);
  // Where the key cannot be had no entry can be signed: better not to start.
  await keys.current();
  const blobs = await openStorage(options.storage, state);
  const authenticator = openAuthenticator({ state, clock, warn });
  const room = new StoreRoom({
    blobs,
    uses: new UseLog(state, 'store.log'),
    clock,
    quotas: { total: options.storeQuota, scope: options.storeScopeQuota },
    warn,
  });
  const board = new StoreBoard({ blobs, state, clock, warn });
  const config = options.oidc;
  const exchange = config && new TokenExchange({ config, state, clock, warn });
  return buildServer({
    blobs,
    authenticator,
    keys,
    clock,
    uses: new UseLog(state),
    warn,
    plugins: [
      tokenRoutes({ authenticator, exchange }),
      storeRoutes({ blobs, uploads: state.folder('uploads'), clock, room, observer: board }),
    ],
    certificate,
    quotas: { total: options.quota, scope: options.scopeQuota },
    store: room,
    board,
    isSilent: options.isSilent,
    isBehindProxy: options.isBehindProxy,
    ...(options.isLogging ? { accessLog: gathered(io.write) } : {}),
    ...(options.maxEntry === undefined ? {} : { limits: { maxEntry: options.maxEntry } }),
  });
}
