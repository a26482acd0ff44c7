import { gzipSync } from 'node:zlib';

import { parseScope } from '@nx-ml/core/cache';
import type { TaskHash } from '@nx-ml/core/cache';

import { archive } from './upstream.js';
import type { Behaviour, Upstream } from './upstream.js';

/** What a server may do, and what the proxy says of it. */
export type Hostile = readonly [name: string, told: RegExp, behaviour: (upstream: Upstream) => Behaviour];

export const poison = {
  '.nx-ml/manifests/beta/train.manifest.json': '{"poison":true}',
  'models/beta/poison': 'poison',
};

export const gets =
  (answer: Behaviour): ((upstream: Upstream) => Behaviour) =>
  (upstream) =>
  (asked) => {
    if (asked.request.method === 'GET') answer(asked);
    else upstream.honest(asked);
  };
const puts =
  (answer: Behaviour): ((upstream: Upstream) => Behaviour) =>
  (upstream) =>
  (asked) => {
    if (asked.request.method === 'PUT') answer(asked);
    else upstream.honest(asked);
  };
const always = (answer: Behaviour) => (): Behaviour => answer;
const answering =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  ({ response }) =>
    response.writeHead(code, headers).end();
const status = (code: number, headers: Record<string, string> = {}) => always(answering(code, headers));
/** In the place of an answer; the connection stays open. */
const raw =
  (text: string): Behaviour =>
  ({ request }) =>
    request.socket.write(text);

/** Goes on for as long as anybody listens. */
const drip =
  (head: string, part: string, ms: number): Behaviour =>
  ({ request: { socket } }) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(part), ms);
    socket.on('close', () => {
      clearInterval(timer);
    });
    socket.on('error', () => undefined);
  };

/** Signed by the server: what somebody stored there who may write. */
const stored =
  (body: Buffer, sealed: Buffer = body) =>
  (upstream: Upstream): Behaviour =>
    gets(({ response, hash }) => {
      response.writeHead(200, { 'x-nx-ml-seal': upstream.seal(hash, sealed) }).end(body);
    })(upstream);

const poisoned = archive(poison);
const flipped = Buffer.from(poisoned);
flipped[40] = (flipped[40] ?? 0) ^ 1;

export const usual: readonly Hostile[] = [
  ['answers 500', /it answers 500/, status(500)],
  ['does not take the token', /does not take the token/, status(401)],
  ['leads elsewhere', /leads elsewhere/, status(302, { location: 'http://127.0.0.1:1/' })],
  [
    'takes connections and breaks them off',
    /breaks connections off/,
    always(({ request }) => request.socket.destroy()),
  ],
  ['does not answer', /gives no answer/, always(() => undefined)],
  [
    'speaks no HTTP',
    /does not speak HTTP/,
    always(({ request }) => request.socket.end('SSH-2.0-server\r\n')),
  ],
  [
    'cuts entries short',
    /breaks connections off/,
    (upstream) =>
      gets(({ request, response, hash }) => {
        const headers = { 'x-nx-ml-seal': upstream.seal(hash, Buffer.alloc(1000)), 'content-length': '1000' };
        response.writeHead(200, headers).write('half', () => request.socket.destroy());
      })(upstream),
  ],
  ['gives poisoned entries without a seal', /is not signed/, gets(({ response }) => response.end(poisoned))],
  [
    'gives entries signed for other bytes',
    /not those that were signed/,
    stored(poisoned, Buffer.alloc(poisoned.length)),
  ],
  [
    'signed an archive that leads out',
    /leads out/,
    stored(archive({ ...poison, '../../escaped': 'poison' })),
  ],
  ['has no room', /it answers 507/, puts(answering(507))],
];

const ahead = 'Sat, 27 Nov 2027 12:00:00 GMT';

export const rare: readonly Hostile[] = [
  ...[202, 204, 206, 303, 308, 403, 405, 410, 418].map((code): Hostile => [
    `answers a question with ${String(code)}`,
    /no cache server|leads elsewhere/,
    gets(answering(code, { location: 'http://127.0.0.1:1/' })),
  ]),
  ...[408, 429, 502, 503, 504].map((code): Hostile => [
    `answers a question with ${String(code)}`,
    new RegExp(`it answers ${String(code)}`),
    gets(answering(code)),
  ]),
  [
    'has a clock that is a year ahead, and asks for patience until then',
    /it answers 503/,
    gets(answering(503, { date: ahead, 'retry-after': ahead })),
  ],
  ['asks for a year of patience', /it answers 429/, gets(answering(429, { 'retry-after': '31536000' }))],
  ['gives a head letter by letter', /gives no answer/, gets(drip('HTTP/1.1 200 OK\r\nx-a: ', 'a', 50))],
  [
    'gives interim answers without an end',
    /gives no answer/,
    gets(drip('', 'HTTP/1.1 102 Processing\r\n\r\n', 50)),
  ],
  [
    'lets an entry drip',
    /too slowly/,
    (upstream) =>
      gets((asked) => {
        const seal = upstream.seal(asked.hash, Buffer.alloc(100_000));
        const head = `HTTP/1.1 200 OK\r\ncontent-length: 100000\r\nx-nx-ml-seal: ${seal}\r\n\r\n`;
        drip(head, 'x', 50)(asked);
      })(upstream),
  ],
  [
    'has huge headers',
    /not speak HTTP/,
    gets(raw(`HTTP/1.1 404 No\r\nx-large: ${'x'.repeat(100_000)}\r\n\r\n`)),
  ],
  [
    'tells two lengths',
    /not speak HTTP/,
    gets(raw('HTTP/1.1 404 No\r\ncontent-length: 0\r\ncontent-length: 5\r\n\r\n')),
  ],
  [
    'sends a chunk of a length that is none',
    /not speak HTTP|breaks/,
    (upstream) =>
      gets((asked) => {
        const seal = upstream.seal(asked.hash, poisoned);
        raw(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nx-nx-ml-seal: ${seal}\r\n\r\nzz\r\n`)(asked);
      })(upstream),
  ],
  ['is a page to log in', /is not signed/, gets(({ response }) => response.end('<html>Who are you?</html>'))],
  ['has 0 bytes', /is not signed/, gets(({ response }) => response.end())],
  ['signed 0 bytes', /has 0 bytes/, stored(Buffer.alloc(0))],
  ['gives 0 bytes of what it signed', /not those that were signed/, stored(Buffer.alloc(0), poisoned)],
  ['gives one bit of it otherwise', /not those that were signed/, stored(flipped, poisoned)],
  [
    'gives more than it signed',
    /more than the/,
    stored(Buffer.concat([poisoned, Buffer.from('more')]), poisoned),
  ],
  ['signed a page', /is no gzip/, stored(Buffer.from('<html>no</html>'.repeat(10)))],
  ['signed half an archive', /unpacked|goes on|sum/, stored(poisoned.subarray(0, poisoned.length / 2))],
  ['signed two archives in one', /goes on/, stored(Buffer.concat([poisoned, poisoned]))],
  ['signed an archive of nothing', /lacks the exit code/, stored(gzipSync(Buffer.alloc(10_240)))],
  ['signed an absolute path', /leads out/, stored(archive({ ...poison, '/tmp/nx-ml-escaped': 'poison' }))],
  [
    'gives what was stored for another task',
    /was stored for/,
    (upstream) =>
      gets(({ response, hash }) => {
        const seal = upstream.seal(`${hash}0` as TaskHash, poisoned);
        response.writeHead(200, { 'x-nx-ml-seal': seal }).end(poisoned);
      })(upstream),
  ],
  [
    'gives what another pull request stored',
    /scope pr-8/,
    (upstream) =>
      gets(({ response, hash }) => {
        const seal = upstream.seal(hash, poisoned, parseScope('pr-8'));
        response.writeHead(200, { 'x-nx-ml-seal': seal }).end(poisoned);
      })(upstream),
  ],
  ['revoked the token when an entry comes', /does not take the token/, puts(answering(401))],
  ['lets nobody write', /may not write/, puts(answering(403))],
  ['takes no entry of this size', /of this size/, puts(answering(413))],
  ['answers an entry with 500', /it answers 500/, puts(answering(500))],
  ['answers an entry with 202', /entries sent/, puts(answering(202))],
  ['answers no entry', /gives no answer/, puts(() => undefined)],
  [
    'breaks off when an entry has come',
    /breaks connections off/,
    puts(({ request }) => request.socket.destroy()),
  ],
  [
    'is restarted amidst an upload',
    /[2-9] entries sent[^]*breaks connections off/,
    (upstream) => {
      upstream.breaks = 1;
      return upstream.honest;
    },
  ],
];
