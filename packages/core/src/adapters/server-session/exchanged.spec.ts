import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { jobCredentials } from './job-credentials.js';
import type { SmallAnswer, SmallQuestion } from './small-question.js';

const server = new URL('https://cache.example.org/');
const start = Date.parse('2026-11-27T12:00:00Z');
const hour = 3_600_000;

let folder: string;
let now: number;
let asked: string[];
let answer: (question: SmallQuestion) => SmallAnswer | Promise<SmallAnswer>;
let taken: Set<string>;
let given: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nx-ml-session-spec-'));
  now = 0;
  asked = [];
  taken = new Set();
  given = 0;
  answer = honest;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** As nx-ml-server does it: an ID token once, a session until it ends. */
const honest = ({ token }: SmallQuestion): SmallAnswer => {
  const date = new Date(start + now).toUTCString();
  const isDead = token.startsWith('nxmls_') && Number(token.split('@')[1]) < now;
  if (isDead || taken.has(token)) return { status: 401, date, value: {} };
  if (!token.startsWith('nxmls_')) taken.add(token);
  given += 1;
  const value = {
    token: `nxmls_${String(given)}@${String(now + hour)}`,
    scope: 'pr-7',
    expiresAt: new Date(start + now + hour).toISOString(),
  };
  return { status: 200, date, value };
};

/** One process of the job: its monotonic clock begins with it. */
const process = (variables: Readonly<Record<string, string>> = { NX_ML_ID_TOKEN: 'one' }) => {
  const born = now;
  const clock = { now: () => start + now, monotonic: () => now - born };
  const ask = async (question: SmallQuestion): Promise<SmallAnswer> => {
    asked.push(question.token);
    await Promise.resolve();
    return answer(question);
  };
  const credentials = jobCredentials({ server, variables, ask, clock, folder: join(folder, 'own') });
  if (credentials === undefined) throw new Error('nothing says who this is');
  return credentials;
};

const tokenOf = async (credentials: ReturnType<typeof process>) => (await credentials.grant()).token;

it('is whom NX_ML_TOKEN says before all else, and nobody where nothing says it', async () => {
  const all = { NX_ML_TOKEN: 'minted', NX_ML_ID_TOKEN: 'one', ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x' };
  expect(await tokenOf(process(all))).toBe('minted');
  expect(asked).toEqual([]);
  await expect(tokenOf(process({ NX_ML_TOKEN: 'a\r\nb: c' }))).rejects.toMatchObject({ name: 'Denied' });
  const ask = () => Promise.reject(new Error('asked'));
  const job = { server, ask, clock: { now: () => 0, monotonic: () => 0 } };
  expect(jobCredentials({ ...job, variables: { NX_ML_TOKEN: '' } })).toBeUndefined();
});

it('shares the session of the one ID token among the processes of a job', async () => {
  const first = await tokenOf(process());
  now = 1000;
  expect(await tokenOf(process())).toBe(first);
  expect(asked).toEqual(['one']);
});

it('shares it also where two begin at once', async () => {
  const both = await Promise.all([tokenOf(process()), tokenOf(process())]);
  expect(both[0]).toBe(both[1]);
  expect(given).toBe(1);
});

it('renews it for itself before it ends, once for all processes', async () => {
  const [one, two] = [process(), process()];
  await tokenOf(one);
  await tokenOf(two);
  now = hour * 0.9;
  const renewed = await tokenOf(one);
  expect(await tokenOf(two)).toBe(renewed);
  expect(asked).toEqual(['one', `nxmls_1@${String(hour)}`]);
  // Hours later, as long as somebody renewed it meanwhile.
  now = hour * 1.8;
  expect(await tokenOf(process())).toBe(`nxmls_3@${String(hour * 2.8)}`);
});

it('renews it in time where nobody asks for hours, as one that ended cannot be renewed', async () => {
  jest.useFakeTimers();
  try {
    await process().grant();
    for (let minute = 0; minute < 300; minute += 1) {
      now += 60_000;
      await jest.advanceTimersByTimeAsync(60_000);
    }
  } finally {
    jest.useRealTimers();
  }
  // Another process finds one that is valid still.
  expect(Number((await tokenOf(process()))?.split('@')[1])).toBeGreaterThan(now);
  expect(given).toBeGreaterThan(5);
});

it('takes after a refusal what another process got, and else gives up', async () => {
  const [one, two] = [process(), process()];
  const old = await tokenOf(one);
  await tokenOf(two);
  expect(one.renew(old)).toBe(false);
  now = hour * 0.9;
  const renewed = await tokenOf(two);
  expect(one.renew(old)).toBe(true);
  expect(await tokenOf(one)).toBe(renewed);
});

it('is for the server and the ID token that it was got with', async () => {
  await tokenOf(process());
  expect(await tokenOf(process({ NX_ML_ID_TOKEN: 'another' }))).toMatch(/^nxmls_2/);
});

it('keeps it where only this user reads it, and believes no file that others could have written', async () => {
  await tokenOf(process());
  const [name = ''] = readdirSync(join(folder, 'own'));
  const path = join(folder, 'own', name);
  expect([statSync(path).mode & 0o777, statSync(join(folder, 'own')).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(name).not.toContain('one');
  chmodSync(path, 0o666);
  await expect(tokenOf(process())).rejects.toMatchObject({ why: expect.stringContaining('(401)') as string });
});

it.each(['', '{', '{"formatVersion":1,"token":"a\\r\\nb","scope":"pr-7","renewAt":9e15}'])(
  'goes without a damaged file: %j',
  async (text) => {
    await tokenOf(process());
    const [name = ''] = readdirSync(join(folder, 'own'));
    writeFileSync(join(folder, 'own', name), text);
    taken.clear();
    expect(await tokenOf(process())).toMatch(/^nxmls_2/);
  },
);

it('tells a refusal once, and asks again after what may pass', async () => {
  const refused = process();
  answer = () => ({ status: 403, date: undefined, value: {} });
  const twice = [tokenOf(refused), tokenOf(refused)];
  for (const each of twice) await expect(each).rejects.toMatchObject({ passing: undefined });
  await expect(tokenOf(refused)).rejects.toThrow('(403)');
  expect(asked).toHaveLength(1);
  const later = process({ NX_ML_ID_TOKEN: 'two' });
  answer = () => ({ status: 503, date: undefined, value: {} });
  await expect(tokenOf(later)).rejects.toMatchObject({ passing: 503 });
  answer = () => Promise.reject(new Error('the network'));
  await expect(tokenOf(later)).rejects.toThrow('the network');
  answer = honest;
  expect(await tokenOf(later)).toMatch(/^nxmls_/);
});

it('drops a session once where many requests were told that it is over', async () => {
  const variables = {
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://issuer.example.org/token',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
  };
  let issued = 0;
  const audiences: (string | null)[] = [];
  answer = (question) => {
    if (question.method === 'POST') return honest(question);
    audiences.push(question.url.searchParams.get('audience'));
    issued += 1;
    return { status: 200, date: undefined, value: { value: `id-${String(issued)}` } };
  };
  const job = process(variables);
  const old = await tokenOf(job);
  now = 60_000;
  expect(job.renew(old)).toBe(true);
  const next = tokenOf(job);
  expect(job.renew(old)).toBe(true);
  expect(await next).toBe(await tokenOf(job));
  expect(job.renew(await next)).toBe(false);
  expect(audiences).toEqual(['https://cache.example.org', 'https://cache.example.org']);
});

it.each(['no address', ''])('says so where GitHub gives no ID token: %j', async (url) => {
  const variables = {
    ACTIONS_ID_TOKEN_REQUEST_URL: url === '' ? 'https://issuer.example.org/' : url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
  };
  answer = () => ({ status: 403, date: undefined, value: {} });
  await expect(tokenOf(process(variables))).rejects.toMatchObject({
    fix: expect.stringContaining('id-token: write') as string,
  });
});
