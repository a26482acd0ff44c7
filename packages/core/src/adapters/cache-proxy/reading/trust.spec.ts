import { parseScope } from '../../../cache/index.js';
import { mintedCredentials } from '../../server-session/index.js';
import { sealOf, serverKey, strangerKey } from '../testing/nx-entry.js';
import { honestBody } from '../testing/nx-entry.js';
import { ProxyRig } from '../testing/proxy-rig.js';
import type { RigOptions } from '../testing/proxy-rig.js';
import { honestEntry, json, ScriptedUpstream, whole } from '../testing/scripted-upstream.js';
import { formatPublicKey } from '../../../cache/index.js';

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

const before = async (options: Parameters<typeof ScriptedUpstream.start>[0], rigOptions: RigOptions = {}) => {
  const upstream = await ScriptedUpstream.start(options);
  const rig = await ProxyRig.start(upstream.address, rigOptions);
  disposals.push(
    () => upstream.stop(),
    () => rig.dispose(),
  );
  return { upstream, rig };
};

const entry = ({ socket }: { readonly socket: { write(bytes: Buffer): unknown } }) =>
  socket.write(honestEntry());
const of = (scope: string) =>
  whole('200 OK', honestBody, { 'x-nx-ml-seal': sealOf({ said: { scope: parseScope(scope) } }) });

it('asks for keys and scope once, however many tasks ask', async () => {
  const { upstream, rig } = await before({ script: entry });
  const answers = await Promise.all(Array.from({ length: 40 }, () => rig.get()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(
    upstream.requests.filter((request) => request !== 'GET /v1/cache/12345678901234567890').sort(),
  ).toEqual(['GET /v1/keys', 'GET /v1/token']);
});

it('believes a pinned key, and asks for none', async () => {
  const { upstream, rig } = await before(
    { script: entry },
    { pins: { keys: [serverKey.publicKey], scope: undefined } },
  );
  expect((await rig.get()).status).toBe(200);
  expect(upstream.requests).not.toContain('GET /v1/keys');
});

it('believes no other key than the pinned one, whatever the server says', async () => {
  const { rig } = await before(
    { script: entry },
    { pins: { keys: [strangerKey.publicKey], scope: undefined } },
  );
  expect((await rig.get()).status).toBe(404);
  expect((await rig.finish()).reads.refused).toBe(1);
});

it('believes no key that comes later', async () => {
  const keys = [serverKey.publicKey, strangerKey.publicKey];
  const strange = whole('200 OK', honestBody, { 'x-nx-ml-seal': sealOf({ key: strangerKey.privateKey }) });
  const { upstream, rig } = await before({
    script: entry,
    others: {
      '/v1/keys': ({ socket }) => socket.write(json({ keys: keys.splice(0, 1).map(formatPublicKey) })),
    },
  });
  expect((await rig.get()).status).toBe(200);
  upstream.become(({ socket }) => socket.write(strange));
  expect((await rig.get()).status).toBe(404);
});

it('reads with a pinned scope, whatever the server says of it', async () => {
  const { upstream, rig } = await before(
    { script: ({ socket }) => socket.write(of('pr-7')) },
    { pins: { keys: [], scope: parseScope('protected') } },
  );
  expect((await rig.get()).status).toBe(404);
  expect(upstream.requests).not.toContain('GET /v1/token');
});

it('believes the protected scope alone where the server does not tell ours', async () => {
  const others = {
    '/v1/token': ({ socket }: { readonly socket: { write(bytes: Buffer): unknown } }) =>
      socket.write(whole('404 No')),
  };
  const { upstream, rig } = await before(
    { script: ({ socket }) => socket.write(of('pr-7')), others },
    { credentials: mintedCredentials(undefined) },
  );
  expect((await rig.get()).status).toBe(404);
  upstream.become(({ socket }) => socket.write(of('protected')));
  expect((await rig.get()).status).toBe(200);
});
