import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Gives ID tokens to jobs, and tells the server its keys, as GitLab and GitHub do. */
export class IdTokenIssuer {
  /** How many GitHub gave. */
  given = 0;
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #server = createServer(({ url = '' }, response) => {
    response.end(JSON.stringify(this.#answer(new URL(url, this.url))));
  });

  /** @param claims of the jobs of GitHub */
  constructor(private readonly claims: object) {}

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Valid for an hour. */
  sign(claims: object): string {
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, nbf: now, exp: now + 3600 };
    const head = { alg: 'RS256', typ: 'JWT', kid: 'first' };
    const text = [head, { iss: this.url, jti: randomUUID(), ...times, ...claims }].map(encoded).join('.');
    return `${text}.${createSign('RSA-SHA256').update(text).sign(this.#keys.privateKey, 'base64url')}`;
  }

  #answer({ pathname, searchParams }: URL): object {
    if (pathname === '/.well-known/openid-configuration')
      return { issuer: this.url, jwks_uri: `${this.url}/keys` };
    if (pathname === '/keys') {
      const key = this.#keys.publicKey.export({ format: 'jwk' });
      return { keys: [{ ...key, kid: 'first', use: 'sig', alg: 'RS256' }] };
    }
    this.given += 1;
    return { value: this.sign({ ...this.claims, aud: searchParams.get('audience') }) };
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
