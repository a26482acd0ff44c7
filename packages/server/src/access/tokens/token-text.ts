import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The public half of a token: names it in lists and logs. 12 hex digits. */
export type TokenId = string & { readonly __brand: 'TokenId' };

export interface TokenParts {
  readonly id: TokenId;
  /** 32 random bytes as base64url. */
  readonly secret: string;
}

const pattern = /^nxml_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

export function isTokenId(text: unknown): text is TokenId {
  return typeof text === 'string' && /^[0-9a-f]{12}$/.test(text);
}

export function drawToken(): TokenParts {
  return { id: randomBytes(6).toString('hex') as TokenId, secret: randomBytes(32).toString('base64url') };
}

export function formatToken({ id, secret }: TokenParts): string {
  return `nxml_${id}_${secret}`;
}

export function parseToken(text: string): TokenParts | undefined {
  const [, id, secret] = pattern.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id: id as TokenId, secret };
}

/** What is kept of a secret. It has 256 random bits, which no speed of hashing makes guessable; a slow hash would only slow us. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(`nx-ml token 1\n${secret}`).digest('hex');
}

/** In a time that depends on neither. @param hash 64 hex digits */
export function isSecretOf(hash: string, secret: string): boolean {
  return timingSafeEqual(Buffer.from(hash, 'hex'), Buffer.from(hashOfSecret(secret), 'hex'));
}
