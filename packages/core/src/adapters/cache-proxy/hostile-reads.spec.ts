import http from 'node:http';

import { parseScope } from '../../cache/index.js';
import { chunk, half, seal, sealed, send, sendAndEnd } from './testing/answers.js';
import { archives, lies, network, statuses } from './testing/hostile-answers.js';
import { honestBody, sealOf } from './testing/nx-entry.js';
import { ProxyRig, shortPatience } from './testing/proxy-rig.js';
import { honestEntry, ScriptedUpstream, whole, wire } from './testing/scripted-upstream.js';
import type { Script, ScriptedOptions } from './testing/scripted-upstream.js';

const disposals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

const upstreamOf = async (script: Script | Omit<ScriptedOptions, 'script'>): Promise<ScriptedUpstream> => {
  const rest = typeof script === 'function' ? { script } : { script: send(honestEntry()), ...script };
  const upstream = await ScriptedUpstream.start(rest);
  disposals.push(() => upstream.stop());
  return upstream;
};

const rigBefore = async (...given: Parameters<typeof ProxyRig.start>): Promise<ProxyRig> => {
  const rig = await ProxyRig.start(...given);
  disposals.push(() => rig.dispose());
  return rig;
};

describe.each([
  ['an answer', statuses],
  ['the network', network],
  ['a lie', lies],
  ['an archive', archives],
] as const)('%s that is no entry', (_, cases) => {
  it.each(cases)('%s: Nx is told that there is none', async (_name, told, script) => {
    const patience = cases === network ? { patience: shortPatience } : {};
    const rig = await rigBefore((await upstreamOf(script)).address, patience);
    expect((await rig.get()).status).toBe(404);
    const { reads, troubles } = await rig.finish();
    expect({ hits: reads.hits, bad: reads.unanswered + reads.refused }).toEqual({ hits: 0, bad: 1 });
    expect(troubles.map(({ why }) => why).join('; ')).toMatch(told);
    expect(rig.waiting()).toEqual([]);
  });
});

it('knows more than thirty ways to be hostile', () => {
  expect([...statuses, ...network, ...lies, ...archives].length).toBeGreaterThan(80);
});

it.each([
  ['nobody', /nobody listens/, 'ECONNREFUSED'],
  ['a name that leads nowhere', /leads nowhere/, 'ENOTFOUND'],
])('tells of %s, and gives a 404', async (_, told, code) => {
  const agent = new http.Agent({
    lookup: (_host, _options, done) => {
      done(Object.assign(new Error(code), { code }), []);
    },
  });
  const rig = await rigBefore({
    address: new URL('http://cache.example.org'),
    agent,
    patience: shortPatience,
  });
  expect((await rig.get()).status).toBe(404);
  expect((await rig.finish()).troubles[0]?.why).toMatch(told);
});

describe('an honest server', () => {
  it.each<readonly [string, Script]>([
    ['with a length', send(honestEntry())],
    [
      'in chunks',
      send(
        wire('200 OK', { 'transfer-encoding': 'chunked', 'x-nx-ml-seal': seal }),
        chunk(half),
        chunk(honestBody.subarray(half.length)),
        '0\r\n\r\n',
      ),
    ],
    [
      'without a length, to the end of the connection',
      sendAndEnd(Buffer.concat([wire('200 OK', { connection: 'close', 'x-nx-ml-seal': seal }), honestBody])),
    ],
    [
      'after interim answers',
      send('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\n\r\n', honestEntry()),
    ],
    ['of our own scope', sealed(sealOf({ said: { scope: parseScope('pr-7') } }))],
  ])('gives Nx the very bytes: %s', async (_, script) => {
    const rig = await rigBefore((await upstreamOf(script)).address);
    const answer = await rig.get();
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(honestBody)).toBe(true);
    expect((await rig.finish()).reads).toMatchObject({ hits: 1, bytes: honestBody.length });
  });

  it('has no such entry: a 404, and nothing to tell', async () => {
    const rig = await rigBefore((await upstreamOf(send(whole('404 Not Found')))).address);
    expect((await rig.get()).status).toBe(404);
    expect(await rig.finish()).toMatchObject({ reads: { misses: 1 }, troubles: [] });
  });

  it('failed twice and is asked a third time', async () => {
    let asked = 0;
    const upstream = await upstreamOf(({ socket }) => {
      asked += 1;
      if (asked < 3) socket.resetAndDestroy();
      else socket.write(honestEntry());
    });
    const rig = await rigBefore(upstream.address);
    expect((await rig.get()).status).toBe(200);
  });

  it('ends kept connections, which is no failure', async () => {
    const upstream = await upstreamOf(({ socket }) => {
      socket.write(honestEntry(), () => setTimeout(() => socket.resetAndDestroy(), 1));
    });
    const rig = await rigBefore(upstream.address);
    for (let at = 0; at < 10; at += 1) expect((await rig.get()).status).toBe(200);
    expect((await rig.finish()).reads).toMatchObject({ hits: 10, unanswered: 0 });
  });
});
