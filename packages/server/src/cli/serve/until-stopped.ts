import type { FastifyInstance } from 'fastify';

import type { Io } from '../command.js';

/** Transfers that are still under way then are broken off; what they brought is no entry. */
const drainMs = 30_000;

/** A terminal and whoever started us both pass the same ctrl-C on: within so many milliseconds it is one wish. */
const oneWish = 1000;

/**
 * Resolves when a signal came, or whoever started us with a channel is gone, and what was under way has ended. A second signal ends the
 * process.
 */
export function untilStopped(app: FastifyInstance, io: Io): Promise<void> {
  return new Promise((resolve, reject) => {
    let since: number | undefined;
    const stop = (): void => {
      const now = io.clock.monotonic();
      if (since !== undefined && now - since < oneWish) return;
      if (since !== undefined) process.exit(130);
      since = now;
      io.tell('Stopping: requests under way are ended first; once more stops at once\n');
      const hurry = setTimeout(() => {
        app.server.closeAllConnections();
      }, drainMs);
      app.close().then(
        () => {
          clearTimeout(hurry);
          process.off('SIGTERM', stop).off('SIGINT', stop).off('disconnect', stop);
          resolve();
        },
        (error: unknown) => {
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    };
    process.on('SIGTERM', stop).on('SIGINT', stop).on('disconnect', stop);
  });
}
