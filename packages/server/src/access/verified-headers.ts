import { timingSafeEqual } from 'node:crypto';

import type { Access } from './access.js';

/** How many are remembered: the jobs of a busy hour. */
const limit = 1000;
/** Characters at the end of a token, of each kind, that nobody else knows. */
const secretLength = 43;

/** Until when a token says who somebody is. */
export interface Lease extends Access {
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

interface Verified extends Lease {
  readonly secret: Buffer;
  /** When it was verified. A clock that was set back behind it has it verified again. */
  readonly at: number;
  readonly version: number;
}

/**
 * Headers that were verified, so that the next request with one of them costs no hash and no look at the disk. What is public of a header
 * finds it, and its secret is compared in constant time. The longest unverified go first.
 */
export class VerifiedHeaders {
  readonly #known = new Map<string, Verified>();

  /** @param version of all that is known of tokens: with another one, nothing that was verified before counts */
  recall(header: string, { now, version }: { now: number; version: number }): Access | undefined {
    const known = this.#known.get(header.slice(0, -secretLength));
    if (known === undefined || !isSame(known.secret, header)) return undefined;
    return known.version === version && known.at <= now && now < known.expiresAt ? known : undefined;
  }

  keep(header: string, lease: Lease, { now, version }: { now: number; version: number }): void {
    const { scope, mode, subject, expiresAt } = lease;
    const key = header.slice(0, -secretLength);
    const secret = secretOf(header);
    this.#known.delete(key);
    this.#known.set(key, { scope, mode, subject, expiresAt, secret, at: now, version });
    const [oldest] = this.#known.keys();
    if (this.#known.size > limit && oldest !== undefined) this.#known.delete(oldest);
  }
}

function isSame(secret: Buffer, header: string): boolean {
  const other = secretOf(header);
  return other.length === secret.length && timingSafeEqual(secret, other);
}

function secretOf(header: string): Buffer {
  return Buffer.from(header.slice(-secretLength), 'utf8');
}
