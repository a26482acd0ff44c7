import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { openServerRig } from '../testing/server-rig.js';
import type { ServerRig } from '../testing/server-rig.js';

/** Milliseconds; short, so that what has to end ends within a test. */
const limits = { headersMs: 200, pace: { every: 400, least: 100 }, idleMs: 60_000 };

let rig: ServerRig;
const open = new Set<Socket>();

beforeAll(async () => {
  rig = await openServerRig({ limits });
});
afterEach(() => {
  for (const socket of open) socket.destroy();
  open.clear();
});
afterAll(() => rig.close());

interface Talk {
  /** All that came so far. */
  said: string;
  readonly ended: Promise<void>;
  send(text: string): void;
  /** Until that came. */
  heard(text: string): Promise<void>;
}

function talk(...texts: readonly string[]): Talk {
  const socket = connect(rig.port, '127.0.0.1');
  open.add(socket);
  const ended = new Promise<void>((resolve) =>
    socket.once('close', () => {
      resolve();
    }),
  );
  const talk: Talk = {
    said: '',
    ended,
    send: (text) => socket.write(text, 'latin1'),
    heard: async (text) => {
      while (!talk.said.includes(text)) {
        if (socket.closed) throw new Error(`It ended before ${text}: ${talk.said}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
  socket
    .setEncoding('latin1')
    .on('data', (text: string) => (talk.said += text))
    .on('error', () => undefined);
  for (const text of texts) talk.send(text);
  return talk;
}

/** Sends a byte at a time, for as long as the connection stands. */
function drip(talk: Talk): void {
  const timer = setInterval(() => {
    talk.send('a');
  }, 20);
  void talk.ended.then(() => {
    clearInterval(timer);
  });
}

const statuses = (text: string): string[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status ?? '');
const head = (line: string, ...headers: readonly string[]): string =>
  [line, 'Host: x', ...headers, '', ''].join('\r\n');
const from = (token: string): string => `Authorization: Bearer ${token}`;
const alive = async (): Promise<number> => (await rig.ask('GET', '/health/live')).status;

describe('A connection', () => {
  it('of which nothing comes is ended, before the headers', async () => {
    await talk().ended;
    await talk('GET / HTTP/1.1\r\nHost: x\r\nX-A: ').ended;
    expect(await alive()).toBe(200);
  });

  it('whose headers come letter by letter is ended', async () => {
    const slow = talk('GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: ');
    drip(slow);
    await slow.ended;
    expect(statuses(slow.said)).toEqual(['408']);
  });

  it('whose body comes letter by letter is ended on every route, with a token and without', async () => {
    const routes = rig.routes.map((route) => route.split(' ')).filter(([method]) => method !== 'head');
    expect(routes.length).toBeGreaterThan(5);
    await Promise.all(
      routes.flatMap(([method = '', url = '']) =>
        [[], [from('protected')]].map(async (authorization) => {
          const path = url.replaceAll(/\{\w+\}/g, '123').replace('*', 'packs/a.pack');
          const line = `${method.toUpperCase()} ${path} HTTP/1.1`;
          const slow = talk(head(line, ...authorization, 'Content-Length: 1000000'));
          drip(slow);
          await slow.ended;
        }),
      ),
    );
    expect(await alive()).toBe(200);
  });

  it('may take its time with a body that moves', async () => {
    const steady = talk(head('PUT /v1/cache/77 HTTP/1.1', from('pr-7'), 'Content-Length: 12000'));
    for (let part = 0; part < 12; part += 1) {
      steady.send('x'.repeat(1000));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await steady.heard('HTTP/1.1 200');
  });
});

describe('Several requests of one connection', () => {
  it('have their own tokens each, also when they come at once', async () => {
    await rig.put('protected', '42', 'secret');
    const ask = (...headers: readonly string[]): string => head('GET /v1/cache/42 HTTP/1.1', ...headers);
    const both = talk(ask(from('protected')), ask(), ask(from('pr-8:read')), ask(from('NOBODY')));
    await both.heard('401 Unauthorized\r\n');
    const all = talk([ask(from('protected')), ask(), ask('Connection: close')].join(''));
    await all.ended;
    expect(statuses(all.said)).toEqual(['200', '401', '401']);
    expect(all.said.match(/secret/g)).toHaveLength(1);
  });

  it('are refused apart: the rest of a refused body is no request', async () => {
    const hidden = head('GET /v1/cache/42 HTTP/1.1', from('protected'));
    const one = talk(head('PUT /v1/cache/43 HTTP/1.1', `Content-Length: ${String(hidden.length)}`), hidden);
    one.send(head('GET /health/live HTTP/1.1', 'Connection: close'));
    await one.ended;
    expect(statuses(one.said)).toEqual(['401', '200']);
    expect(one.said).not.toContain('secret');
  });
});

describe('Who waits for "100 Continue"', () => {
  const put = (...headers: readonly string[]): string =>
    head('PUT /v1/cache/99 HTTP/1.1', 'Content-Length: 5', 'Expect: 100-continue', ...headers);

  it('is asked for the body once it is wanted, and can go on', async () => {
    const one = talk(put(from('pr-9')));
    await one.heard('HTTP/1.1 100');
    one.send('abcde');
    await one.heard('HTTP/1.1 200');
    one.send(head('GET /v1/cache/99 HTTP/1.1', from('pr-9'), 'Connection: close'));
    await one.ended;
    expect(statuses(one.said)).toEqual(['100', '200', '200']);
    expect(one.said).toMatch(/abcde$/);
  });

  it.each([
    ['without a token', []],
    ['that may only read', [from('pr-9:read')]],
  ])('%s hears so and nothing else, and what comes then is no request', async (_, headers) => {
    const one = talk(put(...headers), head('GET /health/live HTTP/1.1'));
    await one.ended;
    expect(statuses(one.said)).toEqual([headers.length === 0 ? '401' : '403']);
    expect(one.said).toMatch(/connection: close/i);
  });

  it('for anything else is refused', async () => {
    const one = talk(head('GET /health/live HTTP/1.1', 'Expect: a-miracle', 'Connection: close'));
    await one.ended;
    expect(statuses(one.said)).toEqual(['417']);
  });
});

describe('What is no plain HTTP/1.1', () => {
  const put = 'PUT /v1/cache/66 HTTP/1.1';
  it.each<[string, string]>([
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    [
      'a length and chunks',
      `${head(put, from('pr-6'), 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    ],
    ['two lengths', `${head(put, from('pr-6'), 'Content-Length: 5', 'Content-Length: 6')}abcdef`],
    ['a list of lengths', `${head(put, from('pr-6'), 'Content-Length: 5, 5')}abcde`],
    ['a length with a sign', `${head(put, from('pr-6'), 'Content-Length: +5')}abcde`],
    ['a length that is none', `${head(put, from('pr-6'), 'Content-Length: 5x')}abcde`],
    [
      'chunks by another name',
      `${head(put, from('pr-6'), 'Transfer-Encoding: xchunked')}5\r\nabcde\r\n0\r\n\r\n`,
    ],
    [
      'chunks that are not last',
      `${head(put, from('pr-6'), 'Transfer-Encoding: chunked, identity')}5\r\nabcde\r\n0\r\n\r\n`,
    ],
    [
      'a chunk with a length that is none',
      `${head('POST /v1/store/have HTTP/1.1', from('pr-6'), 'Transfer-Encoding: chunked')}zz\r\nabc\r\n0\r\n\r\n`,
    ],
    ['a space before the colon', head(put, `Authorization : Bearer pr-6`, 'Content-Length: 0')],
    [
      'a header that goes on in the next line',
      head(put, 'Authorization: Bearer', ' pr-6', 'Content-Length: 0'),
    ],
    ['lines that end with a line feed alone', `GET /v1/cache/66 HTTP/1.1\nHost: x\n${from('pr-6')}\n\n`],
    ['a carriage return within a line', head('GET /v1/cache/66 HTTP/1.1', `X: a\r${from('pr-6')}`)],
    ['no host', `GET /v1/cache/66 HTTP/1.1\r\n${from('pr-6')}\r\n\r\n`],
    ['no method', head('/v1/cache/66 HTTP/1.1', from('pr-6'))],
    ['a tunnel', head('CONNECT 127.0.0.1:22 HTTP/1.1', from('pr-6'))],
    ['an answer', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['TLS', '\u0016\u0003\u0001\u0000\u0005hello'],
    ['a header of 20 KB', head('GET /v1/cache/66 HTTP/1.1', from('pr-6'), `X: ${'a'.repeat(20_000)}`)],
    ['an address of 20 KB', head(`GET /v1/cache/66?${'a'.repeat(20_000)} HTTP/1.1`, from('pr-6'))],
  ])('is refused: %s', async (_, bytes) => {
    const one = talk(bytes);
    await one.ended;
    const [first = 'ended'] = statuses(one.said);
    expect(['400', '411', '431', 'ended']).toContain(first);
    expect(statuses(one.said)).not.toContain('200');
    expect((await rig.get('pr-6', '66')).status).toBe(404);
    expect(await alive()).toBe(200);
  });

  it('is not changed to: an upgrade is passed over, and the connection ends', async () => {
    const upgrade = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'];
    const one = talk(head('GET /v1/cache/42 HTTP/1.1', ...upgrade));
    await one.ended;
    expect(statuses(one.said)).toEqual(['401']);
  });

  it('is refused or read in part, with more headers than any client sends', async () => {
    const many = Array<string>(2500).fill('A:b');
    const one = talk(head('GET /v1/cache/42 HTTP/1.1', 'Connection: close', ...many, from('pr-6')));
    await one.ended;
    expect(['401', '404', '431']).toContain(statuses(one.said)[0]);
    expect(await alive()).toBe(200);
  });
});

describe('A path', () => {
  it.each([
    '/v1%2Fcache%2F42',
    '/v1/cache%2F42',
    '/v1/cache/..%2F42',
    '/v1/cache/%2e%2e%2fcache%2f42',
    '/v1/cache/../cache/42',
    '/v1/cache/./42',
    '//v1/cache/42',
    '/v1//cache/42',
    '/v1/cache/42/',
    '/V1/CACHE/42',
    '/v1/cache/42;x',
    '/v1/cache/42%00',
    '/v1/cache/42%0d%0a',
    '/v1/cache/%',
    '/v1/cache/%ff',
    '/v1/cache/%252e%252e',
    '/v1/cache/__proto__%2Fx',
    '\\v1\\cache\\42',
    '/',
  ])('%j is no other way to an entry', async (path) => {
    await rig.put('protected', '42', 'secret');
    for (const headers of [[from('protected')], []]) {
      const one = talk(head(`GET ${path} HTTP/1.1`, ...headers, 'Connection: close'));
      await one.ended;
      expect(one.said).not.toContain('secret');
      expect(['400', '401', '404', path === '/' ? '200' : '']).toContain(statuses(one.said)[0]);
    }
  });

  it('with a host before it is the same path, and asks for the same token', async () => {
    await rig.put('protected', '42', 'secret');
    const ask = (...headers: readonly string[]): Talk =>
      talk(head('GET http://evil.example.org/v1/cache/42 HTTP/1.1', ...headers, 'Connection: close'));
    const [stranger, known] = [ask(), ask(from('protected'))];
    await Promise.all([stranger.ended, known.ended]);
    expect(stranger.said).not.toContain('secret');
    expect(['400', '401', '404']).toContain(statuses(stranger.said)[0]);
    expect(statuses(known.said)[0]).not.toBe('500');
  });
});
