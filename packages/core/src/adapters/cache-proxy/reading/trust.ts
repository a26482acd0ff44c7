import type { KeyObject } from 'node:crypto';

import { isScope, openSeal, parsePublicKey, protectedScope, sealHeader } from '../../../cache/index.js';
import type { EntryStatement, Scope, TaskHash } from '../../../cache/index.js';
import { isMlError } from '../../../kernel/index.js';
import type { Credentials } from '../../server-session/index.js';
import { askJson } from '../upstream/ask-json.js';
import type { Answer, Upstream } from '../upstream/ask.js';
import { UpstreamTrouble } from '../upstream/trouble.js';

export interface Pins {
  /** Keys that are believed, and no others; empty: those that the server tells at its first answer. */
  readonly keys: readonly KeyObject[];
  /** Ours; undefined: what the server says of our token. */
  readonly scope: Scope | undefined;
}

/** Whom we believe: what was pinned, else what the server said at first. What it says later changes nothing. */
export class Trust {
  readonly #keys: () => Promise<readonly KeyObject[]>;
  readonly #scope: () => Promise<Scope | undefined>;

  constructor(upstream: Upstream, credentials: Credentials, pins: Pins) {
    this.#keys = once(() => (pins.keys.length > 0 ? Promise.resolve(pins.keys) : askKeys(upstream)));
    this.#scope = once(() =>
      pins.scope === undefined ? askScope(upstream, credentials) : Promise.resolve(pins.scope),
    );
  }

  /** What the answer says of its body. @throws MlError ERR_ML_CACHE_ENTRY_UNTRUSTED; UpstreamTrouble, Denied */
  async statementOf(answer: Answer, hash: TaskHash): Promise<EntryStatement> {
    const keys = await this.#keys();
    const reader = (await this.#scope()) ?? protectedScope;
    const seal = answer.headers[sealHeader];
    return openSeal(typeof seal === 'string' ? seal : undefined, { keys, hash, reader });
  }
}

/** The first good answer stays; whoever comes while it is being asked for waits for it. */
function once<T>(question: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () =>
    (answer ??= question().catch((error: unknown) => {
      answer = undefined;
      throw error;
    }));
}

async function askKeys(upstream: Upstream): Promise<readonly KeyObject[]> {
  const { status, value } = await askJson(upstream, { method: 'GET', path: 'v1/keys' });
  const { keys } = value;
  if (status !== 200 || !Array.isArray(keys) || keys.length > 100) throw new UpstreamTrouble('garbage');
  try {
    return keys.map((key: unknown) => parsePublicKey(String(key)));
  } catch (error) {
    throw isMlError(error) ? new UpstreamTrouble('garbage') : error;
  }
}

/** undefined for a server that does not tell: then only what everybody may read is believed. */
async function askScope(upstream: Upstream, credentials: Credentials): Promise<Scope | undefined> {
  const { token, scope } = await credentials.grant();
  if (scope !== undefined) return scope;
  const { status, value } = await askJson(upstream, { method: 'GET', path: 'v1/token', token });
  return status === 200 && isScope(value['scope']) ? value['scope'] : undefined;
}
