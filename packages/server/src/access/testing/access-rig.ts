import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';

import { failureAnswer, sendJson } from '../../http/answers.js';
import { guardRoutes } from '../../http/rights.js';
import { openAuthenticator } from '../authenticator.js';
import { parseOidcConfig, TokenExchange } from '../oidc/index.js';
import { openStateFolder } from '../state/index.js';
import { tokenRoutes } from '../token-routes.js';
import { TokenList } from '../tokens/index.js';
import { temporaryState } from './temporary-state.js';
import { LocalIssuer } from './local-issuer.js';

/** A server that does nothing but let in, with issuers on loopback and a clock that is moved by hand. */
export class AccessRig {
  readonly place = temporaryState();
  /** All that was told of trouble. */
  readonly warnings: string[] = [];
  /** Who asked, as an access log would have it. */
  readonly subjects: (string | undefined)[] = [];
  /** The whole log of the server. */
  logged = '';
  /** Milliseconds since the epoch. */
  now = Date.parse('2026-11-27T12:00:00Z');
  readonly clock = { now: () => this.now, monotonic: () => this.now };
  app!: FastifyInstance;

  private constructor(
    readonly github: LocalIssuer,
    readonly gitlab: LocalIssuer,
  ) {}

  static async open(): Promise<AccessRig> {
    const rig = new AccessRig(await LocalIssuer.open('github'), await LocalIssuer.open('gitlab'));
    await rig.restart();
    return rig;
  }

  /** A server of the same state folder. @param over what the file of --oidc says otherwise */
  async restart(over: object = {}): Promise<void> {
    await (this.app as FastifyInstance | undefined)?.close();
    const state = openStateFolder(this.place.path);
    const warn = (message: string): void => {
      this.warnings.push(message);
    };
    const options = { state, clock: this.clock, warn };
    const config = parseOidcConfig(JSON.stringify({ ...this.#config(), ...over }), 'oidc.json');
    const authenticator = openAuthenticator(options);
    const exchange = new TokenExchange({ ...options, config });
    const stream = { write: (line: string) => void (this.logged += line) };
    this.app = fastify({ logger: { level: 'trace', stream } });
    guardRoutes(this.app, authenticator);
    this.app.setErrorHandler((error, _, reply) => sendJson(reply, failureAnswer(error)));
    this.app.addHook('onResponse', (request, _, done) => {
      this.subjects.push(request.access?.subject);
      done();
    });
    await this.app.register(tokenRoutes({ authenticator, exchange }));
  }

  async close(): Promise<void> {
    await Promise.all([this.app.close(), this.github.close(), this.gitlab.close()]);
    this.place.remove();
  }

  get tokens(): TokenList {
    return new TokenList(openStateFolder(this.place.path), this.clock);
  }

  /** Claims of when: issued now, for five minutes. */
  times(): object {
    const now = Math.floor(this.now / 1000);
    return { iat: now, nbf: now - 5, exp: now + 300 };
  }

  /** What POST (or GET) /v1/token answers to a token, or to the whole header. */
  async ask(method: 'GET' | 'POST', token: string | undefined, header?: string): Promise<Answer> {
    const authorization = header ?? (token === undefined ? undefined : `Bearer ${token}`);
    const headers = authorization === undefined ? {} : { authorization };
    const { statusCode, body } = await this.app.inject({ method, url: '/v1/token', headers });
    return { status: statusCode, body: JSON.parse(body) as Record<string, string> };
  }

  #config(): object {
    const protectedRefs = ['refs/heads/main'];
    return {
      formatVersion: 1,
      audience: 'https://cache.example.org',
      trusted: [
        {
          provider: 'github',
          issuer: this.github.url,
          repository: 'octo/models',
          repositoryId: '456789',
          protectedRefs,
        },
        {
          provider: 'gitlab',
          issuer: this.gitlab.url,
          project: 'group/models',
          projectId: '20',
          protectedRefs,
        },
      ],
    };
  }
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}
