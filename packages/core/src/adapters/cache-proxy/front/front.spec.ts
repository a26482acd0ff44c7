import { request } from 'node:http';
import { connect } from 'node:net';

import { ProxyRig } from '../testing/proxy-rig.js';
import { honestEntry, ScriptedUpstream } from '../testing/scripted-upstream.js';

let upstream: ScriptedUpstream;
let rig: ProxyRig;

beforeAll(async () => {
  upstream = await ScriptedUpstream.start({ script: ({ socket }) => socket.write(honestEntry()) });
  rig = await ProxyRig.start(upstream.address);
});

afterAll(async () => {
  await rig.dispose();
  await upstream.stop();
});

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const ask = ({ method = 'GET', path = '/v1/cache/1', headers = {}, body = '' }: Asked): Promise<number> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(rig.proxy.address);
    const all = { authorization: `Bearer ${rig.proxy.token}`, 'content-length': body.length, ...headers };
    const asked = request({ host: '127.0.0.1', port, method, path, headers: all }, (answer) => {
      answer.resume().on('end', () => {
        resolve(answer.statusCode ?? 0);
      });
    });
    asked.on('error', reject).end(body);
  });

it.each<readonly [string, Asked]>([
  ['without a token', { headers: { authorization: '' } }],
  ['with the token of another run', { headers: { authorization: 'Bearer abc' } }],
  ['with a longer token', { headers: { authorization: 'Bearer ' + 'a'.repeat(10_000) } }],
  ['by a name that leads here', { headers: { host: 'evil.example.org' } }],
  ['by a name that begins as ours', { headers: { host: '127.0.0.1.evil.example.org' } }],
  ['for another path', { path: '/v1/keys' }],
  ['for a path that climbs', { path: '/v1/cache/../keys' }],
  ['for a hash that is none', { path: '/v1/cache/%2e%2e%2fkeys' }],
  ['by another method', { method: 'DELETE' }],
])('tells nobody anything %s: a miss, as for an Nx of an earlier run', async (_, asked) => {
  const before = upstream.requests.length;
  expect(await ask(asked)).toBe(404);
  expect(upstream.requests).toHaveLength(before);
});

it('takes no entry of a stranger, and reads it to its end', async () => {
  const headers = { authorization: 'Bearer abc' };
  expect(await ask({ method: 'PUT', headers, body: 'x'.repeat(3_000_000) })).toBe(403);
  expect(rig.waiting()).toEqual([]);
});

it('listens on loopback alone', () => {
  expect(new URL(rig.proxy.address).hostname).toBe('127.0.0.1');
});

it('goes on after garbage', async () => {
  const { port } = new URL(rig.proxy.address);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.end('garbage\r\n\r\n'));
    socket
      .on('error', () => undefined)
      .on('close', () => {
        resolve();
      })
      .resume();
  });
  expect((await rig.get()).status).toBe(200);
});
