import type { Patience } from '../patience.js';
import { UpstreamTrouble } from './trouble.js';

/** What a request has come to; `moved` changes with every sign of life that counts. */
export interface Sign {
  readonly stage: 'connecting' | 'waiting' | 'receiving';
  readonly moved: number;
  /** Bytes of the answer's body. */
  readonly received: number;
}

/**
 * Watches a request, and ends it when it lasts too long. Only what brings it nearer to its end is a sign of life: a server that sends
 * interim answers, or headers letter by letter, is as silent as one that sends nothing.
 *
 * @param look tells how far it is
 * @param end called once, with the reason
 * @returns to be called when the request is over, however
 */
export function keepVigil(
  patience: Patience,
  look: () => Sign,
  end: (trouble: UpstreamTrouble) => void,
): () => void {
  const { connectMs, silenceMs, bytesPerSecond, wholeMs } = patience;
  const started = performance.now();
  let last = look();
  let movedAt = started;
  let receivingSince: number | undefined;
  const trouble = (now: number): UpstreamTrouble | undefined => {
    if (now - movedAt > (last.stage === 'connecting' ? connectMs : silenceMs))
      return new UpstreamTrouble('silent');
    if (now - started > wholeMs) return new UpstreamTrouble('slow');
    const seconds = (now - (receivingSince ?? now)) / 1000;
    const isSlow = seconds * 1000 > silenceMs && last.received < seconds * bytesPerSecond;
    return isSlow ? new UpstreamTrouble('slow') : undefined;
  };
  const timer = setInterval(
    () => {
      const now = performance.now();
      const next = look();
      if (next.moved !== last.moved || next.stage !== last.stage) movedAt = now;
      if (next.stage === 'receiving') receivingSince ??= now;
      last = next;
      const found = trouble(now);
      if (found === undefined) return;
      clearInterval(timer);
      end(found);
    },
    Math.max(5, Math.min(connectMs, silenceMs, wholeMs) / 5),
  );
  return () => {
    clearInterval(timer);
  };
}
