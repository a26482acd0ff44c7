import type { IncomingMessage } from 'node:http';

import { Refusal } from '../../http/refusal.js';

/** How slow an upload may be. */
export interface Pace {
  /** Milliseconds after which it is looked at. */
  readonly every: number;
  /** Fewer bytes in that time, and the connection is given up: it would keep what others need. */
  readonly least: number;
}

export const defaultPace: Pace = { every: 60_000, least: 64 * 1024 };

/** Breaks off what hardly moves; what came of it can be gone on with. @returns what ends the watching */
export function watchPace(request: IncomingMessage, { every, least }: Pace): () => void {
  let before = request.socket.bytesRead;
  const watch = setInterval(() => {
    const now = request.socket.bytesRead;
    if (now - before < least && !request.isPaused()) request.destroy(tooSlow(least, every));
    before = now;
  }, every);
  return () => {
    clearInterval(watch);
  };
}

function tooSlow(least: number, every: number): Refusal {
  return new Refusal(408, {
    message: `Fewer than ${String(least)} bytes came in ${String(every / 1000)} s`,
    fix: 'Start again: it goes on where it stopped.',
  });
}
