import { prettyJson } from '@nx-ml/core/documents';
import { isJsonObject, parseJson } from '@nx-ml/core/kernel';

import type { FileMark, StateFolder } from '../../access/state/index.js';
import { drawToken, formatToken, hashOfSecret, isSecretOf, parseToken } from '../../access/tokens/index.js';

const file = 'admin.json';
/** Compared with where there is no token, so that none takes as long as a wrong one. */
const nobody = '0'.repeat(64);

/** The one token of the admin API. Its hash is kept; a new one takes the place of the one before at once, also in a gateway that runs. */
export class AdminToken {
  #mark: FileMark | undefined;
  #known: { readonly id: string; readonly sha256: string } | undefined;

  constructor(private readonly state: StateFolder) {}

  get exists(): boolean {
    return this.state.markOf(file) !== undefined;
  }

  /** @returns the token, told this once */
  mint(now: number): string {
    const parts = drawToken();
    const [formatVersion, kind] = [1, 'nx-ml-gateway-admin'];
    const createdAt = new Date(now).toISOString();
    const sha256 = hashOfSecret(parts.secret);
    this.state.replace(file, prettyJson({ formatVersion, kind, id: parts.id, sha256, createdAt }));
    return formatToken(parts);
  }

  /** In a time that does not depend on what it is. @throws MlError ERR_ML_SERVER_STATE where the file cannot be trusted */
  isRight(text: string): boolean {
    const known = this.#current();
    const parts = parseToken(text);
    const isSecret = isSecretOf(known?.sha256 ?? nobody, parts?.secret ?? '');
    return isSecret && known !== undefined && parts?.id === known.id;
  }

  #current(): { readonly id: string; readonly sha256: string } | undefined {
    if (this.#mark !== undefined && this.state.markOf(file) === this.#mark) return this.#known;
    const found = this.state.read(file);
    const document = parseJson(found?.bytes.toString('utf8') ?? '');
    const { id, sha256 } = isJsonObject(document) ? document : {};
    const isWhole = typeof id === 'string' && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
    this.#known = isWhole ? { id, sha256 } : undefined;
    this.#mark = found?.mark;
    return this.#known;
  }
}
