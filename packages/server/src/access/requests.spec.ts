import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';

import { parseScope } from '@nx-ml/core/cache';

import { AccessRig } from './testing/access-rig.js';
import { pullRequestClaims } from './testing/claims.js';
import type { MintedToken } from './tokens/index.js';

let rig: AccessRig;
let port: number;

beforeEach(async () => {
  rig = await AccessRig.open();
  await rig.app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = rig.app.server.address() as AddressInfo);
});

afterEach(async () => {
  await rig.close();
});

const minted = (scope = 'protected'): Promise<MintedToken> =>
  rig.tokens.mint({ scope: parseScope(scope), mode: 'read-write', note: '', lifetime: 3_600_000 });

/** What is answered to the very bytes of a request: the status, and the body. */
async function answerTo(...lines: readonly string[]): Promise<{ status: number; body: string }> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  socket.on('error', () => undefined);
  socket.write([...lines, 'Host: x', 'Connection: close', '', ''].join('\r\n'), 'latin1');
  await new Promise((resolve) => socket.on('close', resolve));
  const [head = '', body = ''] = received.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]), body };
}

const get = (...headers: readonly string[]): ReturnType<typeof answerTo> =>
  answerTo('GET /v1/token HTTP/1.1', ...headers);

it('a valid token is let in, or the attacks below would prove nothing', async () => {
  const { text } = await minted();
  expect(await get(`Authorization: Bearer ${text}`)).toMatchObject({
    status: 200,
    body: expect.stringContaining('"scope":"protected"') as string,
  });
});

describe('a request', () => {
  it.each<[string, (good: string) => readonly string[]]>([
    ['has the token in its address', (good) => [`GET /v1/token?access_token=${good}&token=${good} HTTP/1.1`]],
    ['has it in a cookie', (good) => ['GET /v1/token HTTP/1.1', `Cookie: authorization=Bearer ${good}`]],
    ['has it for the proxy', (good) => ['GET /v1/token HTTP/1.1', `Proxy-Authorization: Bearer ${good}`]],
    [
      'has it behind another',
      (good) => ['GET /v1/token HTTP/1.1', 'Authorization: Bearer x', `Authorization: Bearer ${good}`],
    ],
    [
      'has it beside another',
      (good) => ['GET /v1/token HTTP/1.1', `Authorization: Bearer x, Bearer ${good}`],
    ],
    ['has spaces too many', (good) => ['GET /v1/token HTTP/1.1', `Authorization: Bearer  ${good}`]],
    ['has a tab', (good) => ['GET /v1/token HTTP/1.1', `Authorization: Bearer\t${good}`]],
    ['has it without a scheme', (good) => ['GET /v1/token HTTP/1.1', `Authorization: ${good}`]],
    [
      'has a NUL in it',
      (good) => ['GET /v1/token HTTP/1.1', `Authorization: Bearer ${good.slice(0, 30)}\0${good.slice(30)}`],
    ],
    [
      'has a line break in it',
      (good) => ['GET /v1/token HTTP/1.1', `Authorization: Bearer ${good.slice(0, 30)}\n${good.slice(30)}`],
    ],
    [
      'folds it over two lines',
      (good) => ['GET /v1/token HTTP/1.1', `Authorization: Bearer`, ` ${good.slice(0, 30)}\u00a0`],
    ],
    [
      'writes it in other letters',
      (good) => ['GET /v1/token HTTP/1.1', `Authorization: Bearer ${good.replace('nxml', 'nxm\u00ec')}`],
    ],
  ])('is not let in that %s', async (_, lines) => {
    const { text } = await minted();
    const { status } = await answerTo(...lines(text));
    expect([400, 401]).toContain(status);
  });

  it.each([16, 1024])('with a header of %i KB is refused, and the next one is served', async (size) => {
    const { status } = await get(`Authorization: Bearer ${'a'.repeat(size * 1024)}`);
    // Node may close the connection while we still send.
    expect([431, NaN]).toContain(status);
    const { text } = await minted();
    expect((await get(`Authorization: Bearer ${text}`)).status).toBe(200);
  });

  it('gets the scope of its token, whatever else it asks for', async () => {
    const { text } = await minted('pr-7');
    const asked = await answerTo(
      'GET /v1/token?scope=protected HTTP/1.1',
      `Authorization: Bearer ${text}`,
      'X-Nx-Ml-Scope: protected',
      'X-Forwarded-User: protected',
    );
    expect(JSON.parse(asked.body)).toMatchObject({ scope: 'pr-7' });
    const id = rig.github.sign({ ...pullRequestClaims, ...rig.times(), scope: 'protected', mode: 'admin' });
    expect((await rig.ask('POST', id)).body).toMatchObject({ scope: 'pr-7', mode: 'read-write' });
  });

  it('of somebody who fails again and again is told to wait, and a valid token is let in meanwhile', async () => {
    const { text } = await minted();
    const statuses = [];
    for (let count = 0; count < 32; count += 1) statuses.push((await rig.ask('GET', 'x')).status);
    expect(statuses).toEqual([...Array<number>(30).fill(401), 429, 429]);
    expect(await rig.ask('POST', 'x')).toMatchObject({
      status: 429,
      body: { fix: expect.stringContaining('60 s') as string },
    });
    expect((await rig.ask('GET', text)).status).toBe(200);
    rig.now += 60_000;
    expect((await rig.ask('GET', 'x')).status).toBe(401);
  });
});
