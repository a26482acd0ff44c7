import { FailureLimit } from './failure-limit.js';

let now: number;
let limit: FailureLimit;

beforeEach(() => {
  now = 0;
  limit = new FailureLimit({ now: () => 0, monotonic: () => now });
});

const failed = (address: string, times: number): number | undefined => {
  let wait: number | undefined;
  for (let count = 0; count < times; count += 1) wait = limit.fail(address);
  return wait;
};

it('lets thirty go by, then tells how long to wait, and forgets after a minute', () => {
  expect(failed('10.0.0.1', 30)).toBeUndefined();
  now = 20_000;
  expect(limit.fail('10.0.0.1')).toBe(40);
  now = 59_999;
  expect(limit.fail('10.0.0.1')).toBe(1);
  now = 60_000;
  expect(limit.fail('10.0.0.1')).toBeUndefined();
});

it('counts each address for itself', () => {
  failed('10.0.0.1', 40);
  expect(limit.fail('10.0.0.2')).toBeUndefined();
});

it.each([
  ['2001:db8::1', '2001:db8:0:0:ffff:ffff:ffff:ffff', true],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
  ['::1', '::2', true],
  ['1::', '2::', false],
  ['::ffff:10.0.0.1', '10.0.0.1', true],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.2', false],
  ['fe80::1%eth0', 'fe80::2%eth0', true],
])('%s and %s are one network: %s', (one, other, isOne) => {
  failed(one, 30);
  expect(limit.fail(other) !== undefined).toBe(isOne);
});

it('remembers no more addresses than it may, the latest', () => {
  failed('first', 31);
  for (let count = 0; count < 10_000; count += 1) limit.fail(`other ${String(count)}`);
  expect(limit.fail('first')).toBeUndefined();
});
