import { isIPv6 } from 'node:net';

import type { Clock } from '@nx-ml/core/kernel';

/** Milliseconds; failures that an address has in that time; addresses that are remembered. */
const bounds = { window: 60_000, failures: 30, addresses: 10_000 } as const;

/**
 * Counts the failed authentications of each address. Whoever is over the bound is told to wait, and not logged line by line. A valid
 * token still passes: secrets of 256 bits are not guessed, whatever the rate, and behind one address may be all the runners of a
 * company.
 */
export class FailureLimit {
  readonly #clock: Clock;
  /** In the order of their first failure, which is that of their end. */
  readonly #failures = new Map<string, { count: number; readonly since: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one more. @returns undefined while that is within bounds; else the seconds to wait */
  fail(address: string): number | undefined {
    const now = this.#clock.monotonic();
    const key = networkOf(address);
    this.#forget(now);
    const known = this.#failures.get(key) ?? { count: 0, since: now };
    known.count += 1;
    this.#failures.set(key, known);
    if (known.count <= bounds.failures) return undefined;
    return Math.max(1, Math.ceil((known.since + bounds.window - now) / 1000));
  }

  #forget(now: number): void {
    for (const [key, { since }] of this.#failures) {
      if (since + bounds.window > now && this.#failures.size < bounds.addresses) return;
      this.#failures.delete(key);
    }
  }
}

/** Of IPv6 the first 64 bits: a host has as many addresses below them as it wants. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? fullIPv6(address).slice(0, 4).join(':');
}

function fullIPv6(address: string): readonly string[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(zeros).fill('0'), ...right];
}
