import type { FastifyInstance } from 'fastify';

import type { Io } from '../command.js';

/** Transfers that are still under way then are broken off; what they brought is no entry. */
const drainMs = 30_000;

/** Resolves when a signal came and what was under way has ended. A second signal ends the process. */
export function untilStopped(app: FastifyInstance, io: Io): Promise<void> {
  return new Promise((resolve, reject) => {
    let isStopping = false;
    const stop = (): void => {
      if (isStopping) process.exit(130);
      isStopping = true;
      io.tell('Stopping: requests under way are ended first; once more stops at once\n');
      const hurry = setTimeout(() => {
        app.server.closeAllConnections();
      }, drainMs);
      app.close().then(
        () => {
          clearTimeout(hurry);
          process.off('SIGTERM', stop).off('SIGINT', stop);
          resolve();
        },
        (error: unknown) => {
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  });
}
