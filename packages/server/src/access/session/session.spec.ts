import fc from 'fast-check';

import { parseScope } from '@nx-ml/core/cache';

import { temporaryState } from '../testing/temporary-state.js';
import { openStateFolder } from '../state/index.js';
import { longestSession, openSession, sessionKey, signSession } from './index.js';
import type { Session } from './index.js';

const now = Date.parse('2026-11-27T12:00:00Z');
const key = Buffer.alloc(32, 7);
const session: Session = {
  scope: parseScope('pr-7'),
  mode: 'read-write',
  subject: 'github octo/models@refs/pull/7/merge',
  issuedAt: now,
  expiresAt: now + longestSession,
  renewableUntil: now + longestSession,
  grant: 'abc',
};

it('gives back what was signed', () => {
  expect(openSession(signSession(session, key), { key, now })).toMatchObject(session);
});

it('differs for two equal sessions', () => {
  expect(signSession(session, key)).not.toBe(signSession(session, key));
});

it.each([
  ['of another key', signSession(session, Buffer.alloc(32, 8)), now],
  ['that has ended', signSession(session, key), session.expiresAt],
  ['of a time to come', signSession(session, key), now - 60_001],
  ['that lasts too long', signSession({ ...session, expiresAt: session.expiresAt + 1 }, key), now],
  ['of no scope', signSession({ ...session, scope: 'all' as Session['scope'] }, key), now],
  ['without a signature', signSession(session, key).replace(/\..*/, '.'), now],
  ['without anything', 'nxmls_.', now],
  ['that never ends', `nxmls_${'A'.repeat(100_000)}.${'A'.repeat(43)}`, now],
])('opens none %s', (_, text, at) => {
  expect(openSession(text, { key, now: at })).toBeUndefined();
});

it('opens none of which a single character was changed', () => {
  const text = signSession(session, key);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('a', 'Z', '0', '9', '-', '_', '.'), (at, letter) => {
      const changed = text.slice(0, at) + letter + text.slice(at + 1);
      expect(openSession(changed, { key, now }) === undefined).toBe(changed !== text);
    }),
    { numRuns: 1000 },
  );
});

it('has one key for all who ask, now and later, and refuses a damaged one', () => {
  const place = temporaryState();
  try {
    const first = sessionKey(openStateFolder(place.path));
    expect(first).toHaveLength(32);
    expect(sessionKey(openStateFolder(place.path)).equals(first)).toBe(true);
    openStateFolder(place.path).replace('session.key', 'short\n');
    expect(() => sessionKey(openStateFolder(place.path))).toThrow(
      expect.objectContaining({ code: 'ERR_ML_SERVER_STATE' }) as Error,
    );
  } finally {
    place.remove();
  }
});
