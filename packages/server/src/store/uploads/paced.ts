import { Refusal } from '../../http/refusal.js';

/** How slow an upload may be. */
export interface Pace {
  /** Milliseconds after which it is looked at. */
  readonly every: number;
  /** Fewer bytes in that time, and the connection is given up: it would keep what others need. */
  readonly least: number;
}

export const defaultPace: Pace = { every: 60_000, least: 64 * 1024 };

/** What is received, cut off where it hardly moves: it can be gone on with. */
export interface Incoming extends AsyncIterable<Uint8Array> {
  /** Gives up receiving; whoever iterates gets the error. */
  destroy(error: Error): unknown;
}

/** @throws Refusal 408 */
export async function* paced(body: Incoming, { every, least }: Pace): AsyncIterable<Uint8Array> {
  let moved = 0;
  const watch = setInterval(() => {
    if (moved < least) body.destroy(tooSlow(least, every));
    moved = 0;
  }, every);
  try {
    for await (const part of body) {
      moved += part.length;
      yield part;
    }
  } finally {
    clearInterval(watch);
  }
}

function tooSlow(least: number, every: number): Refusal {
  return new Refusal(408, {
    message: `Fewer than ${String(least)} bytes came in ${String(every / 1000)} s`,
    fix: 'Start again: it goes on where it stopped.',
  });
}
