import { outboundFetch } from '@nx-ml/core/adapters/outbound';
import { isJsonObject, MlError, messageOf, parseJson } from '@nx-ml/core/kernel';
import type { CryptoKey, JWTVerifyGetKey } from 'jose';

import { systemCode } from '../state/index.js';

/** Bounds of what is asked of an issuer. Times in milliseconds. */
const bounds = { bytes: 256 * 1024, patience: 5000, fresh: 3_600_000, between: 30_000 } as const;

export interface IssuerAddress {
  readonly issuer: string;
  /** Where it is not what the issuer's discovery document says. */
  readonly jwksUri: string | undefined;
}

/**
 * The public keys of one issuer, kept for an hour. An unknown key id asks again, twice a minute at most, whatever anybody sends.
 */
export class IssuerKeys {
  readonly #address: IssuerAddress;
  /** The issuer may be reached through a company's proxy alone. */
  readonly #fetch = outboundFetch(process.env);
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(address: IssuerAddress) {
    this.#address = address;
  }

  /** @throws MlError ERR_ML_REMOTE_UNAVAILABLE while the issuer does not say where its keys are */
  get(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#open().catch((error: unknown) => {
      this.#keys = undefined;
      throw error;
    });
    return this.#keys;
  }

  async #open(): Promise<JWTVerifyGetKey> {
    const { createRemoteJWKSet, customFetch } = await import('jose');
    const uri = this.#address.jwksUri ?? (await this.#discover(this.#address.issuer));
    const keys = createRemoteJWKSet(new URL(uri), {
      timeoutDuration: bounds.patience,
      cooldownDuration: bounds.between,
      cacheMaxAge: bounds.fresh,
      [customFetch]: async (url: string, { signal }: { signal: AbortSignal }) =>
        new Response(await boundedText(this.#fetch, url, signal)),
    });
    return async (header, token) => {
      const key = await keys(header, token).catch((error: unknown) => {
        if (systemCode(error)?.startsWith('ERR_') === true) throw error;
        throw unavailable(uri, `the key ${named(header.kid)} cannot be read`, error);
      });
      if (!isLongEnough(key)) throw unavailable(uri, `the key ${named(header.kid)} is too short to be safe`);
      return key;
    };
  }

  /** Where the keys are, as the issuer says; at its own origin, or its document could send us anywhere. */
  async #discover(issuer: string): Promise<string> {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const text = await boundedText(this.#fetch, address, AbortSignal.timeout(bounds.patience));
    const document = parseJson(text);
    const { issuer: said, jwks_uri: uri } = isJsonObject(document) ? document : {};
    if (said !== issuer) throw unavailable(address, `it speaks of the issuer ${JSON.stringify(said)}`);
    if (typeof uri !== 'string' || !URL.canParse(uri) || new URL(uri).origin !== new URL(issuer).origin)
      throw unavailable(
        address,
        'it names no place for keys at the origin of the issuer; jwksUri can name another',
      );
    return uri;
  }
}

/** RFC 7518, 3.3. */
function isLongEnough({ algorithm }: CryptoKey): boolean {
  return !('modulusLength' in algorithm) || Number(algorithm.modulusLength) >= 2048;
}

/** Whoever sends the token chose it. */
function named(kid: string | undefined): string {
  return kid === undefined ? 'without a name' : JSON.stringify(kid).slice(0, 60);
}

/** The body of a 200, no redirection followed and no more than the bound read. @throws MlError ERR_ML_REMOTE_UNAVAILABLE */
async function boundedText(ask: typeof fetch, url: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await ask(url, {
      signal,
      redirect: 'manual',
      headers: { accept: 'application/json' },
    });
    if (response.status !== 200) throw new Error(`it answers ${String(response.status)}`);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > bounds.bytes) throw new Error(`it sends more than ${String(bounds.bytes)} bytes`);
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  } catch (cause) {
    throw unavailable(url, messageOf(cause), cause);
  }
}

function unavailable(url: string, why: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_REMOTE_UNAVAILABLE', {
    message: `The keys of an issuer of ID tokens cannot be had from ${url}: ${why}`,
    fix: 'No ID token of it can be exchanged meanwhile. Look whether this machine reaches the issuer.',
    cause,
  });
}
