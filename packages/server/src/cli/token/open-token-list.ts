import { openStateFolder } from '../../access/state/index.js';
import { TokenList } from '../../access/tokens/index.js';
import type { Io } from '../command.js';

/** @throws MlError ERR_ML_SERVER_STATE */
export function openTokenList(folder: string, io: Io): TokenList {
  return new TokenList(openStateFolder(folder), io.clock);
}
