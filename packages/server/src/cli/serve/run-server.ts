import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { openAuthenticator } from '../../access/authenticator.js';
import { SigningKeyFile } from '../../access/keys/index.js';
import { openStateFolder } from '../../access/state/index.js';
import { buildServer } from '../../app/build-server.js';
import { gathered, UseLog } from '../../operations/index.js';
import { openStorage } from '../../storage/index.js';
import type { Io } from '../command.js';
import type { ServeOptions } from './serve-options.js';
import { untilStopped } from './until-stopped.js';

/** Serves until a signal. @returns the exit code. @throws MlError */
export async function runServer(options: ServeOptions, io: Io): Promise<number> {
  const app = await composeServer(options, io);
  const { host, port } = options.listen;
  await app.listen({ host, port });
  io.tell(`nx-ml-server listens on ${addressOf(app, options)} and serves ${options.storage}\n`);
  await untilStopped(app, io);
  return 0;
}

async function composeServer(options: ServeOptions, io: Io): Promise<FastifyInstance> {
  const { clock } = io;
  const state = openStateFolder(options.state);
  const warn = (message: string): void => {
    io.tell(`${message}\n`);
  };
  const keys = new SigningKeyFile(state);
  // Where the key cannot be had no entry can be signed: better not to start.
  await keys.current();
  return buildServer({
    blobs: await openStorage(options.storage, state),
    authenticator: openAuthenticator({ state, clock, warn }),
    keys,
    clock,
    uses: new UseLog(state),
    warn,
    quotas: { total: options.quota, scope: options.scopeQuota },
    isSilent: options.isSilent,
    ...(options.isLogging ? { accessLog: gathered(io.write) } : {}),
    ...(options.maxEntry === undefined ? {} : { limits: { maxEntry: options.maxEntry } }),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    isBehindProxy: options.isBehindProxy,
  });
}

/** The port is told as it is, also where 0 asked for any. */
function addressOf(app: FastifyInstance, { listen, tls }: ServeOptions): string {
  const { port } = app.server.address() as AddressInfo;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return `${tls === undefined ? 'http' : 'https'}://${host}:${String(port)}`;
}
