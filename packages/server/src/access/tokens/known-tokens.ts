import { messageOf } from '@nx-ml/core/kernel';
import type { Clock } from '@nx-ml/core/kernel';

import type { Access } from '../access.js';
import type { StateFolder } from '../state/index.js';
import { decodeTokens, tokensFile } from './token-document.js';
import type { StoredToken } from './token-document.js';
import { endOf } from './token-list.js';
import { isSecretOf, parseToken } from './token-text.js';

/** Compared with where no token has the id, so that an unknown id takes as long as a known one. */
const nobody = '0'.repeat(64);

type Tokens = ReadonlyMap<string, StoredToken>;

/**
 * The tokens of `tokens.json` as they are at this moment: a change of the file is seen by the next question. While it cannot be read
 * nobody is known, and that is told once.
 */
export class KnownTokens {
  readonly #state: StateFolder;
  readonly #clock: Clock;
  readonly #warn: (message: string) => void;
  #tokens: Tokens = new Map();
  #mark: string | undefined;
  #told = '';

  constructor(state: StateFolder, { clock, warn }: { clock: Clock; warn: (message: string) => void }) {
    this.#state = state;
    this.#clock = clock;
    this.#warn = warn;
  }

  /** @returns undefined for a malformed, an unknown, an expired and a revoked one */
  find(text: string): Access | undefined {
    const parts = parseToken(text);
    if (parts === undefined) return undefined;
    const found = this.#current().get(parts.id);
    const isRight = isSecretOf(found?.sha256 ?? nobody, parts.secret);
    if (found === undefined || !isRight || endOf(found) <= this.#clock.now()) return undefined;
    return { scope: found.scope, mode: found.mode, subject: `token ${found.id}` };
  }

  #current(): Tokens {
    try {
      if (this.#mark === undefined || this.#state.markOf(tokensFile) !== this.#mark) this.#read();
    } catch (error) {
      this.#forget();
      this.#tellOnce(messageOf(error));
    }
    return this.#tokens;
  }

  #read(): void {
    const file = this.#state.read(tokensFile);
    const tokens = file === undefined ? [] : decodeTokens(file.bytes, `${this.#state.path}/${tokensFile}`);
    this.#tokens = new Map(tokens.map((token) => [token.id, token]));
    this.#mark = file?.mark;
    this.#told = '';
  }

  #forget(): void {
    this.#tokens = new Map();
    this.#mark = undefined;
  }

  #tellOnce(message: string): void {
    if (this.#told === message) return;
    this.#told = message;
    this.#warn(`No token is believed: ${message}`);
  }
}
