import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { isTaskHash } from '../../../cache/index.js';
import type { TaskHash } from '../../../cache/index.js';

/** What somebody on this machine asks of us. */
export type Request =
  | { readonly kind: 'read'; readonly hash: TaskHash }
  | { readonly kind: 'write'; readonly hash: TaskHash }
  | { readonly kind: 'stranger' };

/**
 * Is it the Nx that was told our token? Anybody else on this machine, and a page in a browser that was led here by a name of its own, is a
 * stranger.
 */
export function admit({ method, url, headers }: IncomingMessage, token: string): Request {
  const hash = /^\/v1\/cache\/([^/?#]+)$/.exec(url ?? '')?.[1];
  const isOurs = isHere(headers.host) && isSame(headers.authorization ?? '', `Bearer ${token}`);
  if (!isOurs || !isTaskHash(hash)) return { kind: 'stranger' };
  if (method === 'GET') return { kind: 'read', hash };
  return method === 'PUT' ? { kind: 'write', hash } : { kind: 'stranger' };
}

function isHere(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? '');
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
