import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { parseScope } from '../../../cache/index.js';
import type { TaskHash } from '../../../cache/index.js';
import { madeUp, tarOf } from '../../../cache-proxy/archive/testing/tar-of.js';
import type { TarEntry } from '../../../cache-proxy/archive/testing/tar-of.js';
import {
  send,
  sendAndReset,
  sendAndEnd,
  drip,
  stored,
  signed,
  sealed,
  flipped,
  seal,
  entryHead,
  half,
  chunk,
} from './answers.js';
import { honestBody, sealOf, strangerKey } from './nx-entry.js';
import { json, whole, wire } from './scripted-upstream.js';
import type { Script, ScriptedOptions } from './scripted-upstream.js';

/** What the proxy says of it; and by default that Nx gets a 404. */
export type Case = readonly [name: string, told: RegExp, script: Script | Omit<ScriptedOptions, 'script'>];

const read = (name: string): Buffer => readFileSync(join(__dirname, name));

export const statuses: readonly Case[] = [
  ...[201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308].map((status): Case => {
    const answer = wire(`${String(status)} Odd`, { location: 'http://127.0.0.1:1/', 'content-length': 0 });
    return [`status ${String(status)}`, /no cache server|leads elsewhere/, send(answer)];
  }),
  ...[400, 402, 403, 405, 410, 411, 413, 418, 451, 501, 505].map((status): Case => [
    `status ${String(status)}`,
    /no cache server/,
    send(whole(`${String(status)} No`)),
  ]),
  ...[408, 425, 429, 500, 502, 503, 504, 507, 529].map((status): Case => [
    `status ${String(status)}`,
    new RegExp(`it answers ${String(status)}`),
    send(whole(`${String(status)} Later`)),
  ]),
  ['a token that was revoked', /does not take the token \(401\)/, send(whole('401 Unauthorized'))],
  ['503 for a year', /it answers 503/, send(whole('503 Busy', '', { 'retry-after': '31536000' }))],
];

export const network: readonly Case[] = [
  [
    'a reset when one connects',
    /breaks connections off/,
    { onConnection: (socket) => socket.resetAndDestroy() },
  ],
  ['an end when one connects', /breaks connections off/, { onConnection: (socket) => socket.end() }],
  ['a hang when one connects', /gives no answer/, { onConnection: () => undefined }],
  ['a hang before the first byte', /gives no answer/, () => undefined],
  ['a reset before the first byte', /breaks connections off/, ({ socket }) => socket.resetAndDestroy()],
  ['an end before the first byte', /breaks connections off|not speak HTTP/, sendAndEnd('')],
  ['a reset within the head', /breaks connections off/, sendAndReset('HTTP/1.1 200 O')],
  ['a hang within the head', /gives no answer/, send('HTTP/1.1 200 OK\r\ncontent-le')],
  ['a head that comes letter by letter', /gives no answer/, drip('HTTP/1.1 200 OK\r\nx-a: ', 'a', 30)],
  ['interim answers without an end', /gives no answer/, drip('', 'HTTP/1.1 102 Processing\r\n\r\n', 30)],
  [
    '100-continue that nobody asked for, then nothing',
    /gives no answer/,
    send('HTTP/1.1 100 Continue\r\n\r\n'),
  ],
  ['a reset after the head', /breaks connections off/, sendAndReset(entryHead)],
  ['a hang after the head', /gives no answer/, send(entryHead)],
  ['a reset amidst the body', /breaks connections off/, sendAndReset(Buffer.concat([entryHead, half]))],
  ['a hang amidst the body', /gives no answer/, send(entryHead, half)],
  ['a body that drips', /too slowly/, drip(entryHead, 'x', 50)],
  ['a body cut short', /breaks connections off/, sendAndEnd(Buffer.concat([entryHead, half]))],
  [
    'chunks without the last',
    /breaks connections off/,
    sendAndEnd(
      Buffer.concat([
        wire('200 OK', { 'transfer-encoding': 'chunked', 'x-nx-ml-seal': seal }),
        chunk(honestBody),
      ]),
    ),
  ],
  [
    'a chunk of a length that is none',
    /not speak HTTP|breaks/,
    sendAndEnd(
      Buffer.concat([
        wire('200 OK', { 'transfer-encoding': 'chunked', 'x-nx-ml-seal': seal }),
        Buffer.from('zz\r\n'),
      ]),
    ),
  ],
  ['bytes that are no HTTP', /not speak HTTP/, sendAndEnd('SSH-2.0-OpenSSH_9.2p1 Debian\r\n')],
  ['HTTP/0.9', /not speak HTTP/, sendAndEnd('<html></html>\n')],
  ['huge headers', /not speak HTTP/, sendAndEnd(wire('404 Not Found', { 'x-large': 'x'.repeat(100_000) }))],
  [
    'headers without an end',
    /not speak HTTP/,
    drip('HTTP/1.1 404 Not Found\r\n', `x-a: ${'a'.repeat(8000)}\r\n`, 5),
  ],
  [
    'two lengths',
    /not speak HTTP/,
    sendAndEnd('HTTP/1.1 404 No\r\ncontent-length: 0\r\ncontent-length: 5\r\n\r\n'),
  ],
  ['no answer about keys', /gives no answer/, { others: { '/v1/keys': () => undefined } }],
  [
    'a certificate of nobody',
    /certificate is not trusted/,
    {
      tls: { key: read('strange.key.pem'), cert: read('strange.cert.pem') },
    },
  ],
];

export const lies: readonly Case[] = [
  ['an entry without a seal', /is not signed/, send(whole('200 OK', honestBody))],
  ['an empty seal', /malformed/, sealed('')],
  ['a seal that is too long', /malformed/, sealed('a'.repeat(3000))],
  ['two seals', /malformed/, sealed(`${seal}\r\nx-nx-ml-seal: ${seal}`)],
  ['a seal of a stranger', /not known here/, sealed(sealOf({ key: strangerKey.privateKey }))],
  [
    'a seal that was changed',
    /signature is wrong|malformed/,
    sealed(seal.replace(/\.(.)/, (_, letter: string) => `.${letter === 'A' ? 'B' : 'A'}`)),
  ],
  ['the seal of another task', /was stored for 1/, sealed(sealOf({ said: { hash: '1' as TaskHash } }))],
  ['an entry of another pull request', /scope pr-8/, sealed(sealOf({ said: { scope: parseScope('pr-8') } }))],
  ['an entry of a person', /scope user-ada/, sealed(sealOf({ said: { scope: parseScope('user-ada') } }))],
  ['a body with one bit changed', /not those that were signed/, sealed(seal, flipped)],
  [
    'another body of this length',
    /not those that were signed/,
    sealed(seal, Buffer.alloc(honestBody.length, 1)),
  ],
  [
    'a body that is longer than signed',
    /more than the/,
    sealed(seal, Buffer.concat([honestBody, Buffer.from('x')])),
  ],
  ['a body that is shorter than signed', /not those that were signed/, sealed(seal, half)],
  ['a body of 0 bytes', /not those that were signed/, sealed(seal, Buffer.alloc(0))],
  [
    'a body without an end',
    /more than the/,
    drip(
      wire('200 OK', { 'transfer-encoding': 'chunked', 'x-nx-ml-seal': seal }),
      chunk(Buffer.alloc(60_000)),
      1,
    ),
  ],
  ['keys that are none', /not speak HTTP/, { others: { '/v1/keys': send(json({ keys: ['rsa:x'] })) } }],
  ['no keys', /not known here/, { others: { '/v1/keys': send(json({ keys: [] })) } }],
  [
    'keys without an end',
    /not speak HTTP/,
    {
      others: {
        '/v1/keys': drip(wire('200 OK', { 'transfer-encoding': 'chunked' }), chunk(Buffer.alloc(60_000)), 1),
      },
    },
  ],
];

const stranger: TarEntry = { path: 'x', body: 'x' };
export const archives: readonly Case[] = [
  ['a signed entry of 0 bytes', /has 0 bytes/, signed(Buffer.alloc(0))],
  ['a signed page', /is no gzip/, signed(Buffer.from('<html>no</html>'.repeat(10)))],
  ['a signed tar that is not compressed', /is no gzip/, signed(tarOf(madeUp))],
  ['a signed gzip of a page', /checksum/, signed(gzipSync('<html>no</html>'.repeat(100)))],
  ['a signed gzip that was cut', /unpacked|goes on|sum/, signed(half)],
  ['a second member', /goes on/, signed(Buffer.concat([honestBody, honestBody]))],
  ['bytes behind the end', /goes on/, signed(Buffer.concat([honestBody, Buffer.from('12345678')]))],
  ['a sum that is wrong', /sum/, signed(Buffer.concat([honestBody.subarray(0, -8), Buffer.alloc(8)]))],
  ['a zip slip', /leads out/, stored([{ path: '../../../.bashrc', body: 'x' }])],
  ['an absolute path', /leads out/, stored([{ path: '/etc/cron.d/x', body: 'x' }])],
  ['an absolute link', /the link/, stored([{ path: 'l', type: '2', target: '/etc/passwd' }])],
  ['a link out', /the link/, stored([{ path: 'l', type: '2', target: '../../secret' }])],
  ['a file through a link', /below a link/, stored([{ path: 'l', type: '2', target: 'a' }, { path: 'l/x' }])],
  ['a hard link', /a hard link/, stored([stranger, { path: 'h', type: '1', target: 'x' }])],
  ['a device', /a device/, stored([{ path: 'd', type: '3' }])],
  ['a gzip bomb', /bytes unpacked/, signed(gzipSync(Buffer.alloc(64_000_000)))],
  ['a signed entry larger than allowed', /--max-entry/, sealed(sealOf({ said: { size: 1e9 } }))],
  ['an entry without its exit code', /lacks the exit code/, signed(gzipSync(tarOf(madeUp.slice(0, 1))))],
];
