import { MlError } from '@nx-ml/core/kernel';
import type { Clock } from '@nx-ml/core/kernel';

import type { StateFolder } from '../state/index.js';
import { decodeTokens, encodeTokens, tokensFile } from './token-document.js';
import type { StoredToken } from './token-document.js';
import { drawToken, formatToken, hashOfSecret } from './token-text.js';

/** Milliseconds that a token is still listed after its end, so that a log of last month can be read. */
const remembered = 90 * 86_400_000;

export interface TokenWish extends Pick<StoredToken, 'scope' | 'mode' | 'note'> {
  /** Milliseconds. */
  readonly lifetime: number;
}

export interface MintedToken {
  /** Told this once; only its hash is kept. */
  readonly text: string;
  readonly stored: StoredToken;
}

/** Changes and reads of `tokens.json`; several processes may change it at once. Each throws MlError ERR_ML_SERVER_STATE. */
export class TokenList {
  readonly #state: StateFolder;
  readonly #clock: Clock;

  constructor(state: StateFolder, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  all(): readonly StoredToken[] {
    const file = this.#state.read(tokensFile);
    return file === undefined ? [] : decodeTokens(file.bytes, `${this.#state.path}/${tokensFile}`);
  }

  async mint({ lifetime, ...wish }: TokenWish): Promise<MintedToken> {
    const parts = drawToken();
    const now = this.#clock.now();
    const stored: StoredToken = {
      ...wish,
      id: parts.id,
      sha256: hashOfSecret(parts.secret),
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + lifetime).toISOString(),
    };
    await this.#change((tokens) => [...tokens.filter((token) => now - endOf(token) < remembered), stored]);
    return { text: formatToken(parts), stored };
  }

  /** Of one that was revoked before, the first time stays. @throws MlError ERR_ML_USAGE for an unknown id */
  async revoke(id: string): Promise<StoredToken> {
    const revokedAt = new Date(this.#clock.now()).toISOString();
    const changed = await this.#change((tokens) => {
      if (!tokens.some((token) => token.id === id)) throw unknownToken(id);
      return tokens.map((token) => (token.id === id ? { revokedAt, ...token } : token));
    });
    const found = changed.find((token) => token.id === id);
    if (found === undefined) throw unknownToken(id);
    return found;
  }

  #change(
    change: (tokens: readonly StoredToken[]) => readonly StoredToken[],
  ): Promise<readonly StoredToken[]> {
    return this.#state.alone(tokensFile, () => {
      const changed = change(this.all());
      this.#state.replace(tokensFile, encodeTokens(changed));
      return changed;
    });
  }
}

/** Milliseconds since the epoch from which on it counts for nothing. */
export function endOf({ expiresAt, revokedAt }: StoredToken): number {
  return Math.min(Date.parse(expiresAt), revokedAt === undefined ? Infinity : Date.parse(revokedAt));
}

function unknownToken(id: string): MlError {
  return new MlError('ERR_ML_USAGE', {
    // No more of it than an id has: what was typed may be a token.
    message: `${JSON.stringify(id.slice(0, 17))} is the id of no token here`,
    fix: 'nx-ml-server token list tells the ids: the 12 characters behind nxml_.',
  });
}
