import { parseScope } from '@nx-ml/core/cache';

import { openAuthenticator } from './authenticator.js';
import type { CountingAuthenticator } from './authenticator.js';
import { longestSession, sessionKey, signSession } from './session/index.js';
import { openStateFolder } from './state/index.js';
import type { StateFolder } from './state/index.js';
import { temporaryState } from './testing/temporary-state.js';
import type { TemporaryState } from './testing/temporary-state.js';
import { TokenList } from './tokens/index.js';

const start = Date.parse('2026-11-27T12:00:00Z');
const wish = { scope: parseScope('pr-7'), mode: 'read', note: '', lifetime: 60_000 } as const;

let place: TemporaryState;
let state: StateFolder;
let list: TokenList;
let authenticator: CountingAuthenticator;
let now: number;

beforeEach(() => {
  place = temporaryState();
  state = openStateFolder(place.path);
  now = start;
  const clock = { now: () => now, monotonic: () => now };
  list = new TokenList(state, clock);
  authenticator = openAuthenticator({ state, clock, warn: () => undefined });
});
afterEach(() => {
  place.remove();
});

/** A header that was verified a moment ago. */
const verified = async (): Promise<{ header: string; id: string }> => {
  const { text, stored } = await list.mint(wish);
  await authenticator.authenticate(`Bearer ${text}`);
  return { header: `Bearer ${text}`, id: stored.id };
};
const session = (): string => {
  const times = { issuedAt: now, expiresAt: now + longestSession, renewableUntil: now + longestSession };
  const who = { scope: wish.scope, mode: wish.mode, subject: 'job', grant: 'g' };
  return `Bearer ${signSession({ ...who, ...times }, sessionKey(state))}`;
};

it('recalls who was verified, and says the same', async () => {
  const { header, id } = await verified();
  expect(authenticator.recall(header)).toMatchObject({ scope: 'pr-7', mode: 'read', subject: `token ${id}` });
});

it('recalls nobody who never was, however good the token', async () => {
  const { text } = await list.mint(wish);
  for (const header of [undefined, '', 'Bearer', `Bearer ${text}`])
    expect(authenticator.recall(header)).toBeUndefined();
});

it('recalls nothing but the very header', async () => {
  const { header } = await verified();
  for (let at = 0; at < header.length; at += 1) {
    const other = header.charAt(at) === 'x' ? 'y' : 'x';
    expect(authenticator.recall(header.slice(0, at) + other + header.slice(at + 1))).toBeUndefined();
  }
  for (const other of [`${header}x`, header.slice(0, -1), `${header.slice(0, -1)}é`, ` ${header}`])
    expect(authenticator.recall(other)).toBeUndefined();
});

it('recalls nobody 50 ms after a token was revoked', async () => {
  const { header, id } = await verified();
  await list.revoke(id);
  now += 50;
  expect(authenticator.recall(header)).toBeUndefined();
});

it('recalls nobody once the revoked token was asked for the long way', async () => {
  const { header, id } = await verified();
  await list.revoke(id);
  await expect(authenticator.authenticate(header)).rejects.toMatchObject({ status: 401 });
  expect(authenticator.recall(header)).toBeUndefined();
});

it('recalls nobody while tokens.json cannot be believed', async () => {
  const { header } = await verified();
  state.replace('tokens.json', 'junk');
  now += 50;
  expect(authenticator.recall(header)).toBeUndefined();
});

it.each([
  ['has ended', wish.lifetime],
  ['was verified at a time to come: the clock was set back', -1],
])('recalls nobody whose token %s', async (_, later) => {
  const { header } = await verified();
  now += later;
  expect(authenticator.recall(header)).toBeUndefined();
});

it('recalls a session until its end, also where no token was ever minted', async () => {
  const header = session();
  await authenticator.authenticate(header);
  now += longestSession - 1;
  expect(authenticator.recall(header)).toMatchObject({ scope: 'pr-7', subject: 'job' });
  now += 1;
  expect(authenticator.recall(header)).toBeUndefined();
});

it('remembers a thousand, and forgets the longest unverified', async () => {
  const headers = Array.from({ length: 1001 }, session);
  for (const header of headers) await authenticator.authenticate(header);
  expect(headers.map((header) => authenticator.recall(header) !== undefined)).toEqual([
    false,
    ...Array<boolean>(1000).fill(true),
  ]);
});
