import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { formatPublicKey, keyIdOf, parsePublicKey } from '@nx-ml/core/cache';
import { isMlError, MlError } from '@nx-ml/core/kernel';

import type { StateFolder } from '../state/index.js';

/** What signs entries, and what entries may be signed with. */
export interface SigningKeys {
  /** ed25519. */
  readonly privateKey: KeyObject;
  /** Its own public key first, then those of before that are still believed, newest first. */
  readonly publicKeys: readonly KeyObject[];
}

const privateFile = 'signing.key';
/** One public key a line, newest first. */
const publicFile = 'signing.pub';

/**
 * The keys of the state folder as they are now. A rotation by another process is seen by the next call, which costs two calls of stat.
 */
export class SigningKeyFile {
  readonly #state: StateFolder;
  #keys: SigningKeys | undefined;
  #marks = '';

  constructor(state: StateFolder) {
    this.#state = state;
  }

  /** The first call ever makes the key. @throws MlError ERR_ML_SERVER_STATE */
  async current(): Promise<SigningKeys> {
    if (this.#keys !== undefined && this.#marksNow() === this.#marks) return this.#keys;
    if (this.#state.markOf(privateFile) === undefined)
      await this.#state.alone(privateFile, () => {
        this.#makeFirst();
      });
    return this.#read();
  }

  /**
   * Makes a new key. With the old ones, what they signed stays believed; without them, every entry of before counts as absent.
   *
   * @throws MlError ERR_ML_SERVER_STATE
   */
  async rotate({ keepOld }: { readonly keepOld: boolean }): Promise<SigningKeys> {
    await this.#state.alone(privateFile, () => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const old = keepOld ? this.#before() : [];
      // The list first: a crash in between leaves a key on it that never signed anything, and the old one in use.
      this.#state.replace(publicFile, linesOf([publicKey, ...old]));
      this.#state.replace(privateFile, pemOf(privateKey));
    });
    return this.#read();
  }

  #makeFirst(): void {
    if (this.#state.markOf(privateFile) !== undefined) return;
    const { privateKey } = generateKeyPairSync('ed25519');
    this.#state.create(privateFile, pemOf(privateKey));
  }

  #read(): SigningKeys {
    const marks = this.#marksNow();
    const privateKey = this.#privateKey();
    this.#keys = { privateKey, publicKeys: this.#known(createPublicKey(privateKey)) };
    this.#marks = marks;
    return this.#keys;
  }

  #before(): readonly KeyObject[] {
    return this.#state.markOf(privateFile) === undefined ? this.#listed() : this.#known();
  }

  /** Those listed, each once, behind the one in use. */
  #known(own = createPublicKey(this.#privateKey())): readonly KeyObject[] {
    const listed = this.#listed().filter((key) => !key.equals(own));
    return [own, ...listed];
  }

  #listed(): readonly KeyObject[] {
    const text = this.#state.read(publicFile)?.bytes.toString('latin1') ?? '';
    try {
      return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [parsePublicKey(line)]));
    } catch (cause) {
      throw isMlError(cause) ? this.#damaged(publicFile, cause) : cause;
    }
  }

  #privateKey(): KeyObject {
    const bytes = this.#state.read(privateFile)?.bytes ?? Buffer.alloc(0);
    try {
      const key = createPrivateKey({ key: bytes, format: 'pem' });
      if (key.asymmetricKeyType !== 'ed25519')
        throw new Error(`it is of type ${key.asymmetricKeyType ?? ''}`);
      return key;
    } catch (cause) {
      throw this.#damaged(privateFile, cause);
    }
  }

  #damaged(file: string, cause: unknown): MlError {
    return new MlError('ERR_ML_SERVER_STATE', {
      message: `${this.#state.path}/${file} holds no ed25519 key that can be read`,
      fix: 'Bring it back from a copy. Without one, move it away: a new key is made, and who pins the old one must be told.',
      cause,
    });
  }

  #marksNow(): string {
    return [privateFile, publicFile].map((file) => this.#state.markOf(file) ?? '').join();
  }
}

/** `ed25519:…` and the id, for people and documents. */
export function describeKey(key: KeyObject): { readonly key: string; readonly id: string } {
  return { key: formatPublicKey(key), id: keyIdOf(key) };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function linesOf(keys: readonly KeyObject[]): string {
  return keys.map((key) => `${formatPublicKey(key)}\n`).join('');
}
