import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';

import type { Io } from '../command.js';
import { composeServer } from './compose-server.js';
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

/** The port is told as it is, also where 0 asked for any. */
function addressOf(app: FastifyInstance, { listen, tls }: ServeOptions): string {
  const { port } = app.server.address() as AddressInfo;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return `${tls === undefined ? 'http' : 'https'}://${host}:${String(port)}`;
}
