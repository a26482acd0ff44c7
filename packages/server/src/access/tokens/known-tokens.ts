import { messageOf } from '@nx-ml/core/kernel';
import type { Clock } from '@nx-ml/core/kernel';

import type { FileMark, StateFolder } from '../state/index.js';
import type { Lease } from '../verified-headers.js';
import { decodeTokens, tokensFile } from './token-document.js';
import type { StoredToken } from './token-document.js';
import { endOf } from './token-list.js';
import { isSecretOf, parseToken } from './token-text.js';

/** Compared with where no token has the id, so that an unknown id takes as long as a known one. */
const nobody = '0'.repeat(64);

/** Milliseconds: what was verified counts for so long after a token was revoked, at most. */
const lately = 50;

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
  #mark: FileMark | undefined;
  #told = '';
  #version = 0;
  #lookedAt = -Infinity;

  constructor(state: StateFolder, { clock, warn }: { clock: Clock; warn: (message: string) => void }) {
    this.#state = state;
    this.#clock = clock;
    this.#warn = warn;
  }

  /** @returns undefined for a malformed, an unknown, an expired and a revoked one */
  find(text: string): Lease | undefined {
    const parts = parseToken(text);
    if (parts === undefined) return undefined;
    const found = this.#current().get(parts.id);
    const isRight = isSecretOf(found?.sha256 ?? nobody, parts.secret);
    if (found === undefined || !isRight) return undefined;
    const expiresAt = endOf(found);
    if (expiresAt <= this.#clock.now()) return undefined;
    return { scope: found.scope, mode: found.mode, subject: `token ${found.id}`, expiresAt };
  }

  /** Another one whenever the tokens may be others than before. */
  get version(): number {
    return this.#version;
  }

  /** As it was at most 50 ms ago: a look at the file costs more than the answer to a small request. */
  versionLately(): number {
    if (this.#clock.monotonic() - this.#lookedAt >= lately) this.#current();
    return this.#version;
  }

  #current(): Tokens {
    // Before the look: what changes during it is found by the next one.
    this.#lookedAt = this.#clock.monotonic();
    try {
      if (this.#mark === undefined || this.#state.markOf(tokensFile) !== this.#mark) this.#read();
    } catch (error) {
      this.#take(new Map(), undefined);
      this.#tellOnce(messageOf(error));
    }
    return this.#tokens;
  }

  #read(): void {
    const file = this.#state.read(tokensFile);
    const tokens = file === undefined ? [] : decodeTokens(file.bytes, `${this.#state.path}/${tokensFile}`);
    this.#take(new Map(tokens.map((token) => [token.id, token])), file?.mark);
    this.#told = '';
  }

  #take(tokens: Tokens, mark: FileMark | undefined): void {
    // None before and none now is no change: a server that knows sessions alone has no such file.
    if (this.#tokens.size + tokens.size > 0) this.#version += 1;
    this.#tokens = tokens;
    this.#mark = mark;
  }

  #tellOnce(message: string): void {
    if (this.#told === message) return;
    this.#told = message;
    this.#warn(`No token is believed: ${message}`);
  }
}
