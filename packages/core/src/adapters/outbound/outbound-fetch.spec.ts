import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';

import { outboundFetch, usesProxy } from './index.js';

const pem = readFileSync(join(__dirname, '../http-client/testing/localhost.pem'));
const servers: Server[] = [];

/** A proxy that knows one name, and where that is. */
class Proxy {
  /** What it was asked to connect to, and as whom. */
  readonly asked: string[] = [];
  readonly #sockets = new Set<Socket>();
  readonly server = createServer((request, response) => {
    this.asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.writeHead(502).end();
  });

  constructor(port: number) {
    this.server.on('connection', (socket: Socket) => this.#sockets.add(socket));
    this.server.on('connect', ({ url = '', headers }, socket: Socket) => {
      this.asked.push([url, headers['proxy-authorization']].join(' ').trim());
      if (!url.startsWith('api.example.org')) {
        socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
        return;
      }
      const target = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connected\r\n\r\n');
        socket.pipe(target).pipe(socket);
      });
      this.#sockets.add(target);
      for (const each of [target, socket]) each.on('error', () => undefined);
    });
  }

  end(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

let proxy: Proxy;
let address: string;
let own: string;
let asked: (string | undefined)[];

beforeEach(async () => {
  asked = [];
  const secure = createSecureServer({ key: pem, cert: pem }, (request, response) => {
    asked.push(request.headers.authorization);
    response.end('from afar');
  });
  proxy = new Proxy(await listen(secure));
  address = `http://user:secret@127.0.0.1:${String(await listen(proxy.server))}`;
  const plain = createServer((_, response) => response.end('from here'));
  own = `http://127.0.0.1:${String(await listen(plain))}/`;
});
afterEach(async () => {
  proxy.end();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const far = 'https://api.example.org/x';

it('asks through the proxy in a tunnel, which sees the name and no header', async () => {
  const init = { headers: { authorization: 'Bearer mine' } };
  // The certificate is not for that name: so far, and no further, is the way to prove that it is a tunnel.
  await expect(outboundFetch({ HTTPS_PROXY: address })(far, init)).rejects.toMatchObject({
    cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  });
  expect(proxy.asked).toEqual([`api.example.org:443 Basic ${Buffer.from('user:secret').toString('base64')}`]);
  expect(asked).toEqual([]);
});

function reasonOf(failure: unknown): string {
  const { cause } = failure as { cause?: { code?: string; message?: string } };
  return `${String(cause?.code)} ${String(cause?.message)}`;
}

it('tells a proxy that does not let through, without its password', async () => {
  const through = outboundFetch({ https_proxy: address });
  const error: unknown = await through('https://elsewhere.example.org/').catch((failure: unknown) => failure);
  expect(reasonOf(error)).toBe('undefined the proxy that HTTPS_PROXY names does not let this through');
  await expect(outboundFetch({ HTTPS_PROXY: '://user:secret' })(far)).rejects.toThrow(
    /^HTTPS_PROXY is no address$/,
  );
});

it('asks this machine, and what is not https, without it', async () => {
  const variables = { HTTPS_PROXY: address, HTTP_PROXY: address };
  expect(await (await outboundFetch(variables)(own)).text()).toBe('from here');
  await expect(outboundFetch(variables)('https://localhost:65530/')).rejects.toMatchObject({
    cause: { code: 'ECONNREFUSED' },
  });
  expect(proxy.asked).toEqual([]);
});

it.each([undefined, '127.0.0.9', 'a.example.org, 127.0.0.9', '127.0.0.9:65530', '*'])(
  'leaves out what NO_PROXY names: %s',
  async (NO_PROXY) => {
    const ask = outboundFetch({ HTTPS_PROXY: address, NO_PROXY });
    const error = await ask('https://127.0.0.9:65530/').then(String, reasonOf);
    if (NO_PROXY === undefined) expect(error).toContain('does not let this through');
    else expect(error).toContain('ECONNREFUSED');
    expect(proxy.asked).toHaveLength(NO_PROXY === undefined ? 1 : 0);
  },
);

it('is fetch itself where no proxy is named', () => {
  expect(
    [{}, { HTTPS_PROXY: '' }, { HTTP_PROXY: address }, { HTTPS_PROXY: address, NO_PROXY: '*' }].map(
      usesProxy,
    ),
  ).toEqual(Array(4).fill(false));
  expect(outboundFetch({})).toBe(fetch);
  expect(usesProxy({ HTTPS_PROXY: address })).toBe(true);
});
