import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHmac, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { AddressInfo } from 'node:net';

/** A pair of RSA keys, and the name under which an issuer tells the public one. */
export interface IssuerKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Pairs that were made, since making one takes a second on a busy machine. */
const pairs = new Map<string, Omit<IssuerKey, 'kid'>>();

/** @param owner whoever has the pair; always the same for the same owner */
export function issuerKey(kid: string, owner: string): IssuerKey {
  const pair = pairs.get(owner) ?? generateKeyPairSync('rsa', { modulusLength: 2048 });
  pairs.set(owner, pair);
  return { kid, ...pair };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An issuer of ID tokens on loopback: a real server with a discovery document and keys, and whatever a spec makes of them. */
export class LocalIssuer {
  /** Keys that it tells. */
  keys: readonly IssuerKey[];
  /** In place of what it would answer, by path. */
  readonly answers = new Map<string, Answer>();
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  readonly #server = createServer((request, response) => {
    this.#answer(request, response);
  });

  private constructor(name: string) {
    this.keys = [issuerKey('first', name)];
  }

  static async open(name: string): Promise<LocalIssuer> {
    const issuer = new LocalIssuer(name);
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A signed ID token. @param over claims in place of those, undefined for none */
  sign(claims: object, over: { key?: IssuerKey; header?: object } = {}): string {
    const key = over.key ?? this.keys[0];
    if (key === undefined) throw new Error('the issuer has no key');
    const header = { alg: 'RS256', typ: 'JWT', kid: key.kid, ...over.header };
    const text = [header, { iss: this.url, jti: randomUUID(), ...claims }].map(encoded).join('.');
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key.privateKey, 'base64url')}`;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.asked.push(path);
    const answer = this.answers.get(path);
    if (answer !== undefined) answer(request, response);
    else if (path === '/.well-known/openid-configuration')
      response.end(JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}/keys` }));
    else if (path === '/keys') response.end(JSON.stringify({ keys: this.keys.map(jwkOf) }));
    else response.writeHead(404).end();
  }
}

/** A token whose signature is an HMAC with that text as its secret. */
export function signHmac(claims: object, secret: string, header: object): string {
  const text = [{ alg: 'HS256', typ: 'JWT', ...header }, claims].map(encoded).join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

export function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function jwkOf({ kid, publicKey }: IssuerKey): object {
  return { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
}
