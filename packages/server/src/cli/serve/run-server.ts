import type { AddressInfo } from 'node:net';

import { messageOf, MlError } from '@nx-ml/core/kernel';
import type { FastifyInstance } from 'fastify';

import type { Io } from '../command.js';
import { composeServer } from './compose-server.js';
import type { ServeOptions } from './serve-options.js';
import { untilStopped } from './until-stopped.js';

/** Serves until a signal. @returns the exit code. @throws MlError */
export async function runServer(options: ServeOptions, io: Io): Promise<number> {
  const app = await composeServer(options, io);
  await listen(app, options);
  io.tell(`nx-ml-server listens on ${addressOf(app, options)} and serves ${options.storage}\n`);
  await untilStopped(app, io);
  return 0;
}

export async function listen(
  app: FastifyInstance,
  { listen: { host, port } }: Pick<ServeOptions, 'listen'>,
): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw new MlError('ERR_ML_USAGE', {
      message: `The server cannot listen on ${host}, port ${String(port)}: ${messageOf(cause)}`,
      fix: fixes[(cause as NodeJS.ErrnoException).code ?? ''] ?? 'Name another address with --listen.',
      cause,
    });
  }
}

const fixes: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'Another program has it, perhaps another nx-ml-server. Stop that, or name another port with --listen.',
  EADDRNOTAVAIL: 'Name an address of this machine with --listen; 0.0.0.0 stands for all of them.',
  EACCES:
    'Ports below 1024 take the capability CAP_NET_BIND_SERVICE. Give it to the server, or name another port.',
};

/** The port is told as it is, also where 0 asked for any. */
export function addressOf(
  app: FastifyInstance,
  { listen, tls }: Pick<ServeOptions, 'listen' | 'tls'>,
): string {
  const { port } = app.server.address() as AddressInfo;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return `${tls === undefined ? 'http' : 'https'}://${host}:${String(port)}`;
}
