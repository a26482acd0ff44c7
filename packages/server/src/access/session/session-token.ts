import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import { isScope } from '@nx-ml/core/cache';
import { canonicalJson, isJsonObject, parseJson } from '@nx-ml/core/kernel';

import type { Access } from '../access.js';

/** What a session says: who it is and until when. Times are milliseconds since the epoch. */
export interface Session extends Access {
  readonly issuedAt: number;
  /** At most an hour later. */
  readonly expiresAt: number;
  /** Until when it may be renewed: as long as the ID token that it was given for is valid. */
  readonly renewableUntil: number;
  /** Which configuration let it in, so that no other renews it. */
  readonly grant: string;
}

/** Milliseconds. */
export const longestSession = 3_600_000;

/** Milliseconds that our own clock may be set back without ending the sessions of this moment. */
const stepBack = 60_000;

/** Keeps the key from ever signing what means something else. */
const context = 'nx-ml session 1\n';

export function signSession(session: Session, key: Buffer): string {
  const nonce = randomBytes(6).toString('hex');
  const payload = Buffer.from(canonicalJson({ ...session, nonce })).toString('base64url');
  return `nxmls_${payload}.${signatureOf(payload, key)}`;
}

/** @returns undefined for whatever this key did not sign, and for what is not valid now */
export function openSession(text: string, { key, now }: { key: Buffer; now: number }): Session | undefined {
  const [, payload = '', signature = ''] =
    /^nxmls_([A-Za-z0-9_-]{1,2000})\.([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  // Always compared, also where there is nothing: a form that is refused sooner would tell itself by its time.
  const isOurs = timingSafeEqual(Buffer.from(signature.padEnd(43)), Buffer.from(signatureOf(payload, key)));
  if (!isOurs) return undefined;
  const session = parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
  const isNow = isSession(session) && session.issuedAt <= now + stepBack && now < session.expiresAt;
  return isNow ? session : undefined;
}

function signatureOf(payload: string, key: Buffer): string {
  return createHmac('sha256', key)
    .update(context + payload)
    .digest('base64url');
}

function isSession(value: unknown): value is Session & object {
  if (!isJsonObject(value)) return false;
  const { scope, mode, subject, grant, issuedAt, expiresAt, renewableUntil } = value;
  return (
    isScope(scope) &&
    (mode === 'read' || mode === 'read-write') &&
    typeof subject === 'string' &&
    typeof grant === 'string' &&
    typeof issuedAt === 'number' &&
    typeof expiresAt === 'number' &&
    typeof renewableUntil === 'number' &&
    expiresAt - issuedAt <= longestSession
  );
}
