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
  return `{"time":"${timeOf(now)}","method":"${request.method ?? ''}","path":${JSON.stringify(
    pathOf(request),
  )},"status":${String(response.headersSent ? response.statusCode : 0)},"in":${numberOf(
    request.headers['content-length'],
  )},"out":${numberOf(asked.out)},"ms":${took.toFixed(1)},"ip":${JSON.stringify(
    asked.ip,
  )}${accessOf(asked)}${troubleOf(asked, response.writableFinished)}}\n`;
}

let lastSecond = NaN;
let textOfSecond = '';

/** As `toISOString` has it, which took a third of the time of a line: the second is the same for thousands of them. */
function timeOf(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    textOfSecond = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
  }
  return `${textOfSecond}${String(Math.floor(now) - second * 1000).padStart(3, '0')}Z`;
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
  const end = url.indexOf('?');
  const path = url.slice(0, Math.min(end === -1 ? url.length : end, 200));
  return mayHoldToken.test(path) ? path.replace(tokens, '(a token)') : path;
}

/** Quick, for nearly no path does. */
const mayHoldToken = /nxml|eyJ/i;
/** Minted ones, sessions, and ID tokens, as a whole or cut short. */
const tokens = /(?:nxmls?(?:_|%5f)|eyJ)[A-Za-z0-9_.%-]*/gi;

/** Milliseconds that a line waits for others, at most. */
const wait = 50;
/**
 * Characters of lines that wait, at most. A busy server has 300 KB in 50 ms: written at once, these keep all requests waiting for a
 * millisecond, and kept till then, the garbage collector copies them, which stops everything for some more (ADR 28).
 */
const enough = 16 * 1024;

/** Lines together, some moments' at a time: a write for each would cost more than the request. The process does not end before. */
export function gathered(write: LogSink): LogSink {
  let waiting = '';
  let turn: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(turn);
    turn = undefined;
    const lines = waiting;
    waiting = '';
    write(lines);
  };
  return (line) => {
    waiting += line;
    if (waiting.length >= enough) flush();
    else turn ??= setTimeout(flush, wait);
  };
}
