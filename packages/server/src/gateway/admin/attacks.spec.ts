import { connect } from 'node:net';

import { digestOf } from '@nx-ml/core/kernel';

import { AdminRig, nonce } from './testing/admin-rig.js';

/** Of an answer that is none of ours: the connection was closed. */
const closed = 'closed';

describe('the admin API, attacked', () => {
  let rig: AdminRig;
  beforeAll(async () => {
    rig = await new AdminRig({
      limits: { headersMs: 400, maxEntry: 1000, maxJson: 20_000, pace: { every: 300, least: 100 } },
    }).start();
  });
  afterAll(() => rig.close());

  const service = '/admin/v1/services/s';
  // What every client knows after its first answer.
  beforeEach(() => rig.send('GET', service));
  const rollback = JSON.stringify({ reason: 'spec' });

  it.each([
    ['none', ''],
    ['another scheme', 'Basic YTpi'],
    ['one that is malformed', 'Bearer abc'],
    ['one of the right form', `Bearer nxml_${'0'.repeat(12)}_${'A'.repeat(43)}`],
    ['one of megabytes', `Bearer ${'a'.repeat(10_000)}`],
  ])('refuses a token: %s', async (_, authorization) => {
    for (const [method, path] of [
      ['GET', service],
      ['POST', `${service}/rollback`],
      ['PUT', `/admin/v1/blobs/${digestOf('x')}`],
      ['GET', '/admin/v1/nothing'],
    ] as const)
      expect((await rig.send(method, path, { headers: { authorization } })).status).toBe(401);
  });

  it('takes the newest token alone, and keeps its hash alone', async () => {
    const before = rig.token;
    rig.token = rig.parts.state.token.mint(0);
    expect((await rig.send('GET', service)).status).toBe(200);
    const headers = { authorization: `Bearer ${before}` };
    expect((await rig.send('GET', service, { headers })).status).toBe(401);
  });

  it('answers a request that changes something once', async () => {
    const headers = { 'x-ml-request': nonce() };
    const statuses = [];
    for (let time = 0; time < 3; time++)
      statuses.push((await rig.send('POST', `${service}/rollback`, { body: rollback, headers })).text);
    expect(statuses[0]).toMatch(/nothing that s could go back to/);
    for (const text of statuses.slice(1)) expect(text).toMatch(/answered already/);
  });

  it('answers nothing that was overheard before its restart, and tells no stranger what it takes now', async () => {
    const overheard = { headers: { 'x-ml-request': nonce(), 'x-ml-life': rig.life }, body: rollback };
    await rig.restart();
    // The connection that fetch kept is closed, which it finds out by using it.
    await rig.send('GET', service).catch(() => undefined);
    for (let time = 0; time < 2; time++) {
      const { status, text } = await rig.send('POST', `${service}/rollback`, overheard);
      expect([status, text]).toEqual([409, expect.stringMatching(/of an earlier life/)]);
    }
    const stranger = await fetch(`${rig.address}${service}`);
    expect([stranger.status, stranger.headers.get('x-ml-life')]).toEqual([401, null]);
    expect((await rig.send('POST', `${service}/rollback`, { body: rollback })).text).toMatch(
      /nothing that s/,
    );
  });

  it.each(['', 'abc', 'A'.repeat(32), '0'.repeat(33)])('refuses the request id %j', async (id) => {
    const headers = { 'x-ml-request': id };
    expect((await rig.send('POST', `${service}/rollback`, { body: rollback, headers })).status).toBe(409);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['nested beyond measure', '['.repeat(9000) + ']'.repeat(9000)],
    ['no reason', '{}'],
    ['no digest', '{"to":"sha256:1","reason":"x"}'],
    ['the prototype', '{"__proto__":{"reason":"x"}}'],
  ])('refuses a body that is %s', async (_, body) => {
    expect((await rig.send('POST', `${service}/rollback`, { body })).status).toBe(400);
  });

  it.each([
    ['no share', { release: digestOf('a'), share: 2, mode: 'split', leaseSeconds: 1 }],
    ['no mode', { release: digestOf('a'), share: 1, mode: 'all', leaseSeconds: 1 }],
    ['no lease', { release: digestOf('a'), share: 1, mode: 'split' }],
    ['a lease for ever', { release: digestOf('a'), share: 1, mode: 'split', leaseSeconds: 1e9 }],
    ['a lease that is over', { release: digestOf('a'), share: 1, mode: 'split', leaseSeconds: 0 }],
  ])('refuses a candidate with %s', async (_, candidate) => {
    const body = JSON.stringify({ baseline: null, candidate });
    const headers = { 'if-match': '"1"' };
    expect((await rig.send('PUT', `${service}/route`, { body, headers })).status).toBe(400);
  });

  it('changes no route without the revision that it is compared with', async () => {
    const body = JSON.stringify({ baseline: null });
    expect((await rig.send('PUT', `${service}/route`, { body })).status).toBe(428);
  });

  it.each(['..%2f..%2fetc', '%2e%2e', '..', 'a%00b', '%ff', 'x'.repeat(300), '%0d%0aset-cookie'])(
    'knows no service %s, and writes nothing of it',
    async (name) => {
      const { status } = await rig.send('GET', `/admin/v1/services/${name}`);
      expect([400, 404, 414]).toContain(status);
    },
  );

  it.each(['../m', '..', 'a/b', '', 'x'.repeat(200), '__proto__'])(
    'takes no release with a model %j',
    async (model) => {
      const { id, release } = rig.release('traversal');
      const models = JSON.parse(`{${JSON.stringify(model)}:"${digestOf('a')}"}`) as object;
      const body = JSON.stringify({ release: { ...release, models }, indexes: { [model]: {} } });
      expect((await rig.send('PUT', `${service}/releases/${id}`, { body })).status).toBe(400);
    },
  );

  it('takes no release by another name, nor of another service', async () => {
    const { id, release } = rig.release('named');
    const body = JSON.stringify({ release, indexes: { m: {} } });
    expect((await rig.send('PUT', `${service}/releases/${digestOf('a')}`, { body })).status).toBe(400);
    expect((await rig.send('PUT', `/admin/v1/services/t/releases/${id}`, { body })).status).toBe(400);
  });

  it('keeps no bytes under the digest of others', async () => {
    const digest = digestOf('right');
    const headers = { 'content-type': 'application/octet-stream' };
    expect((await rig.send('PUT', `/admin/v1/blobs/${digest}`, { body: 'wrong', headers })).status).toBe(422);
    expect((await rig.send('HEAD', `/admin/v1/blobs/${digest}`)).status).toBe(404);
    expect((await rig.send('PUT', `/admin/v1/blobs/${digest}`, { body: 'right', headers })).status).toBe(201);
    expect((await rig.send('HEAD', `/admin/v1/blobs/${digest}`)).status).toBe(200);
  });

  it('takes no more than it is set to', async () => {
    const headers = { 'content-type': 'application/octet-stream' };
    const large = 'x'.repeat(2000);
    const blob = await rig.send('PUT', `/admin/v1/blobs/${digestOf(large)}`, { body: large, headers });
    expect(blob.status).toBe(413);
    const body = JSON.stringify({ reason: 'x'.repeat(30_000) });
    expect((await rig.send('POST', `${service}/rollback`, { body })).status).toBe(413);
  });

  it('gives up whoever sends headers, or a body, drop by drop', async () => {
    const digest = digestOf('slow');
    const head = [
      `PUT /admin/v1/blobs/${digest} HTTP/1.1`,
      'host: a',
      `authorization: Bearer ${rig.token}`,
      `x-ml-request: ${nonce()}`,
      `x-ml-life: ${rig.life}`,
      'content-type: application/octet-stream',
      'content-length: 900',
    ];
    const [headers, body] = await Promise.all([
      drip(rig.adminPort, ['GET / HTTP/1.1', 'host: a'].join('\r\n')),
      drip(rig.adminPort, `${head.join('\r\n')}\r\n\r\n`),
    ]);
    expect(headers).toMatch(/^(closed|HTTP\/1\.1 408)/);
    expect(body).toMatch(/^(closed|HTTP\/1\.1 4)/);
    expect((await rig.send('HEAD', `/admin/v1/blobs/${digest}`)).status).toBe(404);
  });

  it('has nothing on its disk of all that', async () => {
    expect(await rig.parts.state.releases.all()).toEqual([]);
    const { text } = await rig.send('GET', service);
    expect(JSON.parse(text)).toMatchObject({ route: { baseline: null }, releases: [] });
  });
});

/** Sends a byte each 50 ms until it is answered, or closed upon. */
function drip(port: number, head: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    const timer = setInterval(() => socket.write('x'), 50);
    socket.on('data', (bytes) => (heard += bytes.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve(heard === '' ? closed : heard);
    });
    socket.write(head);
  });
}
