import { validateHeaderName, validateHeaderValue } from 'node:http';
import { connect as connectPlain, isIP } from 'node:net';
import type { OnReadOpts, Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { connect as connectSecure } from 'node:tls';

import { hostOf, targetOf } from './exchange.js';
import type { WireRequest } from './wire.js';

export interface BulkRequest {
  readonly origin: URL;
  readonly request: WireRequest;
  /** With the signature. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Certificates to trust instead of the usual. */
  readonly ca?: Buffer;
}

/** Opens a connection for one request without a body, and sends that. Certificates are checked as everywhere. */
export function connectBulk(
  { origin, request, headers, signal, ca }: BulkRequest,
  onread: OnReadOpts,
): Socket {
  const text = requestText(request, headers);
  const host = hostOf(origin);
  const place = { host, port: portOf(origin), onread };
  const socket =
    origin.protocol === 'https:'
      ? connectSecure({
          ...place,
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...(ca === undefined ? {} : { ca }),
        })
      : connectPlain(place);
  if (signal !== undefined) addAbortSignal(signal, socket);
  return socket.setNoDelay().once(origin.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
    socket.write(text);
  });
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/** @throws TypeError for what would end a line: Node's own writer is as strict. */
function requestText(request: WireRequest, headers: Readonly<Record<string, string>>): string {
  const fields = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return `${name}: ${value}\r\n`;
  });
  const target = targetOf(request);
  if (!/^[\x21-\x7e]+$/.test(target)) throw new TypeError('A path that is not percent-encoded');
  return `${request.method} ${target} HTTP/1.1\r\n${fields.join('')}\r\n`;
}
