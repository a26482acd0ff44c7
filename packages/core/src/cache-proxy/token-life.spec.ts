import { renewalOf } from './token-life.js';

const date = 'Fri, 27 Nov 2026 12:00:00 GMT';

it('renews before the end, by the clock of the server alone', () => {
  const expiresAt = '2026-11-27T12:10:00.000Z';
  expect(renewalOf({ expiresAt, date, receivedAt: 1000 })).toBe(1000 + 480_000);
});

it.each([
  [undefined, date],
  ['2026-11-27T12:10:00.000Z', undefined],
  ['soon', date],
  ['2026-11-27T11:00:00.000Z', date],
  ['2036-11-27T11:00:00.000Z', date],
])('takes an hour for %s at %s', (expiresAt, at) => {
  expect(renewalOf({ expiresAt, date: at, receivedAt: 0 })).toBe(2_880_000);
});
