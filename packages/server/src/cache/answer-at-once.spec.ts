import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

import { parseScope } from '@nx-ml/core/cache';

import { openServerRig } from '../testing/server-rig.js';
import type { ServerRig } from '../testing/server-rig.js';
import { fakeAuthenticator } from '../testing/fake-authenticator.js';
import { answerAtOnce } from './answer-at-once.js';

describe('What is touched', () => {
  const entry = { statement: { size: 5 }, seal: 'seal', body: Buffer.from('hello') };
  const asked: string[] = [];
  const isTouched = (
    method: string,
    url: string,
    headers: Record<string, string> = { authorization: 'Bearer pr-7' },
  ): boolean => {
    const request = Object.assign(new IncomingMessage(new Socket()), { method, url, headers });
    const atOnce = answerAtOnce({
      authenticator: fakeAuthenticator,
      entries: {
        recall: (scope, hash) => {
          asked.push(`${scope} ${hash}`);
          return entry as never;
        },
      },
      watch: () => undefined,
      isBehindProxy: true,
    });
    return atOnce(request, new ServerResponse(request));
  };
  beforeEach(() => {
    asked.length = 0;
  });

  it('is a plain question for an entry, with a token that is known', () => {
    expect(isTouched('GET', '/v1/cache/1-A_b')).toBe(true);
    expect(asked).toEqual([`${parseScope('pr-7')} 1-A_b`]);
  });

  it.each([
    ['PUT', '/v1/cache/1'],
    ['HEAD', '/v1/cache/1'],
    ['GET', '/v1/cache/'],
    ['GET', '/v1/cache/1?x'],
    ['GET', '/v1/cache/%31'],
    ['GET', '/v1/cache/../keys'],
    ['GET', 'http://x/v1/cache/1'],
    ['GET', '/v1/keys'],
    ['GET', `/v1/cache/${'1'.repeat(129)}`],
  ])('is not %s %s', (method, url) => {
    expect(isTouched(method, url)).toBe(false);
    expect(asked).toEqual([]);
  });

  it.each([
    ['no token', {}],
    ['a wrong one', { authorization: 'Bearer !' }],
    [
      'the word of a proxy, whose client the log tells',
      { authorization: 'Bearer pr-7', 'x-forwarded-for': '1.1.1.1' },
    ],
  ])('is not what comes with %s', (_, headers) => {
    expect(isTouched('GET', '/v1/cache/1', headers)).toBe(false);
    expect(asked).toEqual([]);
  });
});

describe('An answer at once', () => {
  const lines: Record<string, unknown>[] = [];
  let rig: ServerRig;
  /** Requests whose token was looked up as if for the first time. */
  let longWays = 0;
  beforeEach(async () => {
    lines.length = 0;
    longWays = 0;
    rig = await openServerRig({
      authenticator: {
        ...fakeAuthenticator,
        authenticate: (header) => {
          longWays += 1;
          return fakeAuthenticator.authenticate(header);
        },
      },
      accessLog: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    });
    await rig.put('pr-7', '111', 'hello');
  });
  afterEach(() => rig.close());

  it('is the same as the first one was, in answer, log and numbers', async () => {
    const [first, second] = [await rig.get('pr-7', '111'), await rig.get('pr-7', '111')];
    const seal = first.headers['x-nx-ml-seal'];
    expect(second).toMatchObject({ status: 200, body: first.body, headers: { 'x-nx-ml-seal': seal } });
    expect(longWays).toBe(2);
    expect(Object.keys(second.headers)).toEqual(Object.keys(first.headers));
    while (lines.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    const [one, two] = lines.slice(1).map((line) => ({ ...line, ms: 0 }));
    expect(two).toEqual(one);
    const metrics = String((await rig.ask('GET', '/metrics')).body);
    expect(metrics).toContain('nx_ml_cache_reads_total{scope="pr",result="hit"} 2\n');
    expect(metrics).toContain('nx_ml_cache_bytes_total{direction="out"} 10\n');
    expect(metrics).toContain(
      'nx_ml_http_requests_total{method="GET",route="/v1/cache/:hash",status="200"} 2\n',
    );
  });

  it('is for its own scope alone', async () => {
    await rig.get('pr-7', '111');
    for (const token of ['protected', 'pr-8', '!'])
      expect([token, (await rig.get(token, '111')).status]).toEqual([token, token === '!' ? 401 : 404]);
  });

  it('never hides what the own scope has behind what the protected one has', async () => {
    await rig.put('protected', '222', 'of all');
    await rig.get('protected', '222');
    expect(String((await rig.get('pr-7', '222')).body)).toBe('of all');
    await rig.put('pr-7', '222', 'its own');
    expect(String((await rig.get('pr-7', '222')).body)).toBe('its own');
    expect(String((await rig.get('protected', '222')).body)).toBe('of all');
  });
});
