import { homedir } from 'node:os';
import { join } from 'node:path';

/** The store of this user, shared by all clones: NX_ML_STORE, else a folder under the user's cache home. */
export function storeFolder(variables: Readonly<Record<string, string | undefined>>): string {
  const cacheHome = variables['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return variables['NX_ML_STORE'] ?? join(cacheHome, 'nx-ml', 'store');
}
