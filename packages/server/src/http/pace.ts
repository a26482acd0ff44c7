import type { IncomingMessage } from 'node:http';

import { Refusal } from './refusal.js';

/** How slow a body may be. */
export interface Pace {
  /** Milliseconds after which it is looked at; Infinity for never. */
  readonly every: number;
  /** Fewer bytes in that time, and the connection is given up: it would keep what others need. */
  readonly least: number;
}

/**
 * Breaks off a body that hardly moves, also one that is only received because it was refused: nobody needs a token to send
 * a byte a minute. Of an upload to the store, what came can be gone on with.
 */
export function watchPace(request: IncomingMessage, { every, least }: Pace): void {
  let before = request.socket.bytesRead;
  const watch = setInterval(() => {
    const now = request.socket.bytesRead;
    // What is all there, or what we do not read ourselves, cannot move.
    const isIdle = request.complete || request.readableFlowing !== true;
    if (now - before < least && !isIdle) request.destroy(tooSlow(least, every));
    before = now;
  }, every).unref();
  request.once('close', () => {
    clearInterval(watch);
  });
}

function tooSlow(least: number, every: number): Refusal {
  return new Refusal(408, {
    message: `Fewer than ${String(least)} bytes came in ${String(every / 1000)} s`,
    fix: 'Start again: it goes on where it stopped.',
  });
}
