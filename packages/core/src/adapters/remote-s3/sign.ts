import { createHash, createHmac } from 'node:crypto';

import { MlError } from '../../kernel/index.js';
import type { WireRequest } from '../http-client/index.js';
import type { S3Settings } from './settings.js';

export interface SignedRequest extends WireRequest {
  /** Hex SHA-256 of the body. It is signed, and a server refuses bytes that do not match it. */
  readonly payload: string;
}

/** @returns the headers to send. Signed anew for each try: a signature holds for a quarter of an hour. */
export type Sign = (request: SignedRequest) => Promise<Record<string, string>>;

/** Loads the signer and the chain of credential providers; none of it is needed before a bucket is asked. */
export async function openSigner(settings: S3Settings): Promise<Sign> {
  const [{ SignatureV4 }, { defaultProvider }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-sdk/credential-provider-node'),
  ]);
  const { region, origin } = settings;
  const provider = defaultProvider();
  const credentials = (): ReturnType<typeof provider> =>
    provider().catch((error: unknown) => {
      throw noCredentials(settings, error);
    });
  // S3 takes a path as it is sent, where other services have it encoded once more.
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256: Sha256,
    uriEscapePath: false,
  });
  const { protocol, hostname, host } = origin;
  return async ({ payload, headers, query, ...request }) => {
    const all = { ...headers, host, 'x-amz-content-sha256': payload };
    const signed = await signer.sign({ ...request, protocol, hostname, query: { ...query }, headers: all });
    return signed.headers;
  };
}

/** Node's SHA-256 in the form the signer wants it. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): never {
    throw new Error('the signer makes a new hash for each use');
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * The providers' messages are for people and name files and profiles, but that of a `credential_process` repeats its
 * command line, which may hold anything.
 */
function noCredentials({ place }: S3Settings, error: unknown): MlError {
  const told = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  const isTellable =
    /^(Credentials|Token)ProviderError$/.test((error as Error).name) && !/command/i.test(told);
  return new MlError('ERR_ML_REMOTE_REFUSED', {
    message: `${place} needs credentials, and there are none that can be used${isTellable ? `: ${told}` : ''}`,
    fix: 'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in: aws sso login.',
  });
}
