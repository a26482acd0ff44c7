import type { IncomingMessage, ServerResponse } from 'node:http';

import { isTaskHash } from '@nx-ml/core/cache';

import type { Authenticator } from '../access/access.js';
import type { Watch } from '../http/watch.js';
import type { CacheEntries } from './cache-entries.js';
import { headersOf } from './send-entry.js';

export interface AtOnceDeps {
  readonly authenticator: Pick<Authenticator, 'recall'>;
  readonly entries: Pick<CacheEntries, 'recall'>;
  readonly watch: Watch;
  /** Whether the address of the client is not who connected, but what a proxy says. */
  readonly isBehindProxy: boolean;
}

const entryPath = '/v1/cache/';

/** @returns false for a request that was not touched: it goes the whole way. */
export type AtOnce = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * The way of most requests: for a small entry that was verified and is in memory, and a token that was verified a moment ago. Nothing is
 * waited for, and no framework stands before it, which would take longer than all the rest (ADR 28). Whatever is not as plain
 * as that is left alone.
 */
export function answerAtOnce({ authenticator, entries, watch, isBehindProxy }: AtOnceDeps): AtOnce {
  return (request, response) => {
    const { method, url = '', headers } = request;
    if (method !== 'GET' || !url.startsWith(entryPath)) return false;
    if (isBehindProxy && headers['x-forwarded-for'] !== undefined) return false;
    const hash = url.slice(entryPath.length);
    if (!isTaskHash(hash)) return false;
    const access = authenticator.recall(headers.authorization);
    const entry = access && entries.recall(access.scope, hash);
    if (access === undefined || entry === undefined) return false;
    const ip = request.socket.remoteAddress ?? '';
    watch(request, response, () => ({ route: '/v1/cache/:hash', ip, access, out: entry.body.length }));
    response.writeHead(200, headersOf(entry)).end(entry.body);
    return true;
  };
}
