import { describeKey, SigningKeyFile } from '../../access/keys/index.js';
import type { SigningKeys } from '../../access/keys/index.js';
import { openStateFolder } from '../../access/state/index.js';

/** @throws MlError ERR_ML_SERVER_STATE */
export function openSigningKeys(folder: string): SigningKeyFile {
  return new SigningKeyFile(openStateFolder(folder));
}

/** One key a line, so that the first line can be pinned as it is. */
export function keysText({ publicKeys }: SigningKeys, json: boolean): string {
  const keys = publicKeys.map((key, index) => ({ ...describeKey(key), inUse: index === 0 }));
  return json ? `${JSON.stringify({ keys })}\n` : keys.map(({ key }) => `${key}\n`).join('');
}
