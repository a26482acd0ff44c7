import type { IncomingMessage, ServerResponse } from 'node:http';

import { isMlError, messageOf } from '@nx-ml/core/kernel';

import type { Asked } from '../http/watch.js';

/** Takes a line with its end. */
export type LogSink = (line: string) => void;

export interface LoggedRequest extends Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * One line of JSON about a request whose answer has gone or whose connection broke: who asked (never the token), for what, and how it
 * went. A path is cut, what in it looks like a token is left out, and so is a query: what somebody put there by mistake must not stay in a log.
 */
export function accessLine(
  { request, response, ...asked }: LoggedRequest,
  { now, took }: { readonly now: number; readonly took: number },
): string {
  // By hand: this is made for each request, and JSON of an object costs more than all the rest of it.
  return `{"time":"${new Date(now).toISOString()}","method":"${request.method ?? ''}","path":${JSON.stringify(
    pathOf(request),
  )},"status":${String(response.headersSent ? response.statusCode : 0)},"in":${numberOf(
    request.headers['content-length'],
  )},"out":${numberOf(asked.out)},"ms":${took.toFixed(1)},"ip":${JSON.stringify(
    asked.ip,
  )}${accessOf(asked)}${troubleOf(asked, response.writableFinished)}}\n`;
}

function numberOf(header: unknown): string {
  const value = Number(header ?? 0);
  return Number.isSafeInteger(value) ? String(value) : '0';
}

function accessOf({ access }: Asked): string {
  return access === null
    ? ''
    : `,"scope":${JSON.stringify(access.scope)},"subject":${JSON.stringify(access.subject)}`;
}

/** What most requests have not. `aborted` is one that was broken off, by the client, by us, or by the network. */
function troubleOf({ failure }: Asked, isFinished: boolean): string {
  if (failure === undefined && isFinished) return '';
  const record = {
    aborted: isFinished ? undefined : true,
    error: failure === undefined ? undefined : messageOf(failure),
    code: isMlError(failure) ? failure.code : undefined,
  };
  return `,${JSON.stringify(record).slice(1, -1)}`;
}

function pathOf({ url = '' }: IncomingMessage): string {
  const path = (url.split('?', 1)[0] ?? '').slice(0, 200);
  return mayHoldToken.test(path) ? path.replace(tokens, '(a token)') : path;
}

/** Quick, for nearly no path does. */
const mayHoldToken = /nxml|eyJ/i;
/** Minted ones, sessions, and ID tokens, as a whole or cut short. */
const tokens = /(?:nxmls?(?:_|%5f)|eyJ)[A-Za-z0-9_.%-]*/gi;

/** Milliseconds that a line waits for others. */
const wait = 50;

/** Lines together, some moments' at a time: a write for each would cost more than the request. The process does not end before. */
export function gathered(write: LogSink): LogSink {
  let waiting: string[] = [];
  const flush = (): void => {
    const lines = waiting.join('');
    waiting = [];
    write(lines);
  };
  return (line) => {
    waiting.push(line);
    if (waiting.length === 1) setTimeout(flush, wait);
  };
}
